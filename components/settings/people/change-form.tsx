'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { personMutations, showChanged } from '@/client/people';
import type { LinkWire, PersonDetail, PersonWire } from '@/core/contract/people';
import { FormDialog } from '@/components/settings/form-dialog';
import { Button } from '@/components/ui/button';

/** A change that is asked once more before it is done. */
export type Change = 'disable' | 'enable' | 'reset' | 'endSessions';

/** Says what a change does, and does it. */
export function ChangeForm({
  change,
  person,
  onBack,
  onLink,
  onClosed,
}: {
  change: Change;
  person: PersonDetail;
  onBack: () => void;
  onLink: (link: LinkWire) => void;
  onClosed: () => void;
}) {
  const queries = useQueryClient();
  const [revokeTokens, setRevokeTokens] = useState(false);
  const settled = { onSettled: () => void queries.invalidateQueries({ queryKey: ['people'] }) };
  const done = (changed: PersonWire) => {
    showChanged(queries, changed);
    onBack();
  };
  const disable = useMutation({ ...personMutations.disable(), ...settled, onSuccess: done });
  const enable = useMutation({ ...personMutations.enable(), ...settled, onSuccess: done });
  const end = useMutation({ ...personMutations.endSessions(), ...settled, onSuccess: done });
  const reset = useMutation({ ...personMutations.reset(), ...settled, onSuccess: ({ link }) => onLink(link) });
  const { id, version, tokenCount } = person;
  const run = {
    disable: () => disable.mutate({ id, version, revokeTokens }),
    enable: () => enable.mutate({ id, version }),
    endSessions: () => end.mutate({ id, version }),
    reset: () => reset.mutate({ id, version }),
  } satisfies Record<Change, () => void>;
  const all = [disable, enable, end, reset];
  const pending = all.some(({ isPending }) => isPending);
  const { title, text, button } = words(change, person);
  return (
    <FormDialog
      title={title}
      error={all.find(({ isError }) => isError)?.error ?? null}
      onSubmit={() => {
        if (!pending) run[change]();
      }}
      onClosed={onClosed}
      foot={
        <>
          <Button className="right" onClick={onBack}>
            Back
          </Button>
          <Button
            type="submit"
            variant={change === 'enable' ? 'primary' : 'danger'}
            disabledReason={pending ? 'It is being sent' : null}
          >
            {button}
          </Button>
        </>
      }
    >
      <div className="dlg-s set-text">
        <p>{text}</p>
        {change === 'disable' && tokenCount > 0 ? (
          <label className="row">
            <input type="checkbox" checked={revokeTokens} onChange={(event) => setRevokeTokens(event.target.checked)} />
            <span>
              Also revoke the {tokenCount === 1 ? 'token' : `${tokenCount} tokens`} that they made. Tokens are of
              machines: otherwise they go on working.
            </span>
          </label>
        ) : null}
      </div>
    </FormDialog>
  );
}

function words(change: Change, person: PersonDetail): { title: string; text: string; button: string } {
  const { name, sessionCount } = person;
  const sessions = sessionCount === 1 ? 'Their session ends' : `Their ${sessionCount} sessions end`;
  const ends = sessionCount === 0 ? '' : `${sessions} at once. `;
  if (change === 'disable') {
    return {
      title: `Disable ${name}`,
      text: `${ends}Nobody signs in as them, and links made for them stop working, until they are enabled again. Their roles are kept.`,
      button: 'Disable',
    };
  }
  if (change === 'enable') {
    return {
      title: `Enable ${name}`,
      text: 'They sign in again with the password and the roles that they had.',
      button: 'Enable',
    };
  }
  if (change === 'endSessions') {
    return { title: `End the sessions of ${name}`, text: `${ends}They may sign in again.`, button: 'End sessions' };
  }
  if (person.invitation !== null) {
    return {
      title: `New invitation link for ${name}`,
      text: 'The link before it stops working. They choose a password by the new one.',
      button: 'Make the link',
    };
  }
  return {
    title: `Reset the password of ${name}`,
    text: `${ends}Their password stops working now; they choose a new one by the link that you are given.`,
    button: 'Reset the password',
  };
}
