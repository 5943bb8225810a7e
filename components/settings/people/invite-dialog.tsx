'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { asApiError } from '@/client/http';
import { personMutations } from '@/client/people';
import type { PersonWithLink, RoleGrantWire } from '@/core/contract/people';
import { CloseButton, FormDialog } from '@/components/settings/form-dialog';
import { useKnownPlaces } from '@/components/settings/use-known-places';
import { Button } from '@/components/ui/button';
import { GrantsEditor } from './grants-editor';
import { LinkOnce } from './link-once';

/** Invites a person; the link is shown once. */
export function InviteDialog({ onClosed }: { onClosed: () => void }) {
  const queries = useQueryClient();
  const { own } = useKnownPlaces();
  const id = useId();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [chosen, setGrants] = useState<RoleGrantWire[] | null>(null);
  const grants = chosen ?? [{ role: 'viewer', tenants: own, sagaTypes: null }];
  const [made, setMade] = useState<PersonWithLink | null>(null);
  const invite = useMutation({
    ...personMutations.invite(),
    onSuccess: (answer) => {
      setMade(answer);
      void queries.invalidateQueries({ queryKey: ['people'] });
    },
  });
  const off = invite.isPending
    ? 'It is being sent'
    : name.trim() === '' || email.trim() === ''
      ? 'Give a name and an e-mail address'
      : null;
  if (made !== null) {
    return (
      <FormDialog
        key="made"
        title={`${made.person.name} is invited`}
        sub="The console sends no e-mail: hand the link over yourself."
        onClosed={onClosed}
        foot={<CloseButton>Done</CloseButton>}
      >
        <LinkOnce link={made.link} />
      </FormDialog>
    );
  }
  const issues = invite.isError ? asApiError(invite.error).issues : [];
  const wrong = issues.some(({ path }) => path === 'email');
  return (
    <FormDialog
      key="form"
      title="Invite a person"
      sub="They choose their password by a link that you are given here."
      error={invite.isError ? invite.error : null}
      onSubmit={() => {
        if (off === null) invite.mutate({ name: name.trim(), email: email.trim(), grants });
      }}
      onClosed={onClosed}
      foot={
        <>
          <CloseButton>Cancel</CloseButton>
          <Button type="submit" variant="primary" shortcut="↵" disabledReason={off}>
            Make the invitation
          </Button>
        </>
      }
    >
      <>
        <div className="dlg-s set-fields">
          <label htmlFor={`${id}-name`}>Name</label>
          <input
            id={`${id}-name`}
            className="input"
            required
            maxLength={120}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <label htmlFor={`${id}-email`}>E-mail</label>
          <input
            id={`${id}-email`}
            className="input"
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={wrong || undefined}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </div>
        <GrantsEditor grants={grants} onChange={setGrants} />
      </>
    </FormDialog>
  );
}
