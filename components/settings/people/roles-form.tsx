'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { personMutations, showChanged } from '@/client/people';
import type { PersonDetail } from '@/core/contract/people';
import { FormDialog } from '@/components/settings/form-dialog';
import { Button } from '@/components/ui/button';
import { GrantsEditor } from './grants-editor';

/** Sets the roles of a person, in place of those before. */
export function RolesForm({
  person,
  onBack,
  onClosed,
}: {
  person: PersonDetail;
  onBack: () => void;
  onClosed: () => void;
}) {
  const queries = useQueryClient();
  const [grants, setGrants] = useState(person.grants);
  const change = useMutation({
    ...personMutations.setRoles(),
    onSuccess: (changed) => {
      showChanged(queries, changed);
      onBack();
    },
    // Refused as stale: what stands now is read, and the next try is of that.
    onSettled: () => void queries.invalidateQueries({ queryKey: ['people'] }),
  });
  const off = change.isPending
    ? 'It is being sent'
    : JSON.stringify(grants) === JSON.stringify(person.grants)
      ? 'Nothing is changed yet'
      : null;
  return (
    <FormDialog
      title={`Roles of ${person.name}`}
      sub="They count from the next request on, without signing in again."
      error={change.isError ? change.error : null}
      onSubmit={() => {
        if (off === null) change.mutate({ id: person.id, version: person.version, grants });
      }}
      onClosed={onClosed}
      foot={
        <>
          <Button className="right" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" variant="primary" disabledReason={off}>
            Set roles
          </Button>
        </>
      }
    >
      <GrantsEditor grants={grants} onChange={setGrants} />
    </FormDialog>
  );
}
