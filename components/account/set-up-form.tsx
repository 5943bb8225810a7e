'use client';
import { setUp, signIn } from '@/client/account';
import { Field } from './field';
import { NewPassword } from './new-password';
import { SentForm } from './sent-form';

/** Makes the first administrator, and signs them in. */
export function SetUpForm({ token }: { token: string }) {
  return (
    <SentForm
      focus
      button="Make the administrator"
      send={async (field) => {
        const password = field('password');
        const { email } = await setUp({ token, name: field('name'), email: field('email').trim(), password });
        await signIn({ email, password });
        window.location.assign('/');
      }}
    >
      {(problemOf) => (
        <>
          <Field label="Name" name="name" autoComplete="name" required problem={problemOf('name')} />
          <Field
            label="E-mail"
            name="email"
            type="text"
            inputMode="email"
            autoComplete="username"
            required
            hint="You sign in with it."
            problem={problemOf('email')}
          />
          <NewPassword name="password" problem={problemOf('password')} />
        </>
      )}
    </SentForm>
  );
}
