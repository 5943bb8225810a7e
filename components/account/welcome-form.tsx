'use client';
import { signIn, welcome } from '@/client/account';
import { NewPassword } from './new-password';
import { SentForm } from './sent-form';

/** Chooses the password of an invitation or a reset, and signs in with it. */
export function WelcomeForm({ token, email, button }: { token: string; email: string; button: string }) {
  return (
    <SentForm
      focus
      button={button}
      send={async (field) => {
        const password = field('password');
        await welcome({ token, password });
        await signIn({ email, password });
        window.location.assign('/');
      }}
    >
      {(problemOf) => (
        <>
          {/* Tells password managers whose password this is. */}
          <input className="vh" name="email" autoComplete="username" value={email} readOnly tabIndex={-1} aria-hidden />
          <NewPassword name="password" problem={problemOf('password')} />
        </>
      )}
    </SentForm>
  );
}
