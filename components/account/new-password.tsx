'use client';
import { useState } from 'react';
import { Field } from './field';

const SHORTEST = 12;

/** A password to be chosen, which can be looked at: typing it twice finds fewer mistakes. */
export function NewPassword({
  name,
  label = 'Password',
  problem,
}: {
  name: string;
  label?: string;
  problem?: string | undefined;
}) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <Field
        label={label}
        name={name}
        type={shown ? 'text' : 'password'}
        autoComplete="new-password"
        spellCheck={false}
        required
        minLength={SHORTEST}
        hint={`At least ${SHORTEST} characters. A few words are easy to keep in mind.`}
        problem={problem}
      />
      <label className="row acc-show">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
        <span>Show the password</span>
      </label>
    </>
  );
}
