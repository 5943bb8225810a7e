'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountMutations, accountQueries } from '@/client/account';
import { Field } from './field';
import { NewPassword } from './new-password';
import { SentForm } from './sent-form';

/** Changes one's own password; said below it is how many other sessions ended by that. */
export function ChangePassword() {
  const queries = useQueryClient();
  const change = useMutation(accountMutations.changePassword());
  const [times, setTimes] = useState(0);
  const others = change.data?.ended;
  return (
    <div className="facts">
      {/* A new key empties the fields. */}
      <SentForm
        key={times}
        button="Change the password"
        send={async (field) => {
          await change.mutateAsync({ currentPassword: field('current'), newPassword: field('new') });
          setTimes((count) => count + 1);
          await queries.invalidateQueries({ queryKey: accountQueries.mine().queryKey });
        }}
      >
        {(problemOf) => (
          <>
            <Field
              label="Current password"
              name="current"
              type="password"
              autoComplete="current-password"
              required
              problem={problemOf('currentPassword')}
            />
            <NewPassword name="new" label="New password" problem={problemOf('newPassword')} />
          </>
        )}
      </SentForm>
      <output className="acc-hint">
        {others === undefined
          ? 'Every other session of yours ends.'
          : `The password is changed. ${others === 0 ? 'No other session' : others === 1 ? '1 other session' : `${others} other sessions`} had to end.`}
      </output>
    </div>
  );
}
