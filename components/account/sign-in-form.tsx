'use client';
import { useState } from 'react';
import { goToProvider, signIn } from '@/client/account';
import { asApiError } from '@/client/http';
import { Button } from '@/components/ui/button';
import { Field } from './field';
import { Refusal } from './refusal';
import { SentForm } from './sent-form';

/** Signing in by password and, where there is a provider, by single sign-on. `next`: a path of this console. */
export function SignInForm({
  next,
  refused,
  provider,
}: {
  next: string;
  refused: string | null;
  /** Name of the provider; null: there is none. */
  provider: string | null;
}) {
  return (
    <>
      <SentForm
        focus
        button="Sign in"
        refused={refused}
        send={async (field) => {
          await signIn({ email: field('email').trim(), password: field('password') });
          // A whole new page: nothing of whoever was here before is left in it.
          window.location.assign(next);
        }}
      >
        {() => (
          <>
            <Field label="E-mail" name="email" type="text" inputMode="email" autoComplete="username" required />
            <Field label="Password" name="password" type="password" autoComplete="current-password" required />
          </>
        )}
      </SentForm>
      {provider === null ? null : <SingleSignOn next={next} provider={provider} />}
    </>
  );
}

/** The way over the provider. */
export function SingleSignOn({ next, provider }: { next: string; provider: string }) {
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setRefused(null);
    try {
      await goToProvider(next);
    } catch (error) {
      setRefused(asApiError(error).detail);
      setBusy(false);
    }
  };
  return (
    <div className="acc-or">
      <p className="t3 fs12">or</p>
      {refused === null ? null : <Refusal>{refused}</Refusal>}
      <Button className="acc-send" aria-disabled={busy || undefined} onClick={() => void (busy ? undefined : go())}>
        Sign in with {provider}
      </Button>
    </div>
  );
}
