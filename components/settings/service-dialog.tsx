'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { declareMutations } from '@/client/definitions';
import type { ServiceWire } from '@/core/contract/definitions';
import { Button } from '@/components/ui/button';
import { CloseButton, FormDialog } from './form-dialog';

/** Declares a participant service, or changes its record. */
export function ServiceDialog({
  name,
  service,
  onClosed,
}: {
  name: string;
  /** null: nobody has declared it yet. */
  service: ServiceWire | null;
  onClosed: () => void;
}) {
  const queries = useQueryClient();
  const id = useId();
  const [url, setUrl] = useState(service?.url ?? '');
  const [secretEnv, setSecretEnv] = useState(service?.secretEnv ?? '');
  const [evidence, setEvidence] = useState<ServiceWire['evidence']>(service?.evidence ?? 'log');
  const put = useMutation({
    ...declareMutations.service(),
    onSuccess: onClosed,
    onSettled: () => void queries.invalidateQueries({ queryKey: ['services'] }),
  });
  const off = put.isPending ? 'It is being sent' : url.trim() === '' ? 'Give its address' : null;
  return (
    <FormDialog
      title={service === null ? `Declare ${name}` : `Change ${name}`}
      sub="Calls go there from the next one on."
      error={put.isError ? put.error : null}
      onSubmit={() => {
        const secret = secretEnv.trim();
        if (off === null)
          put.mutate({ name, url: url.trim(), evidence, ...(secret === '' ? {} : { secretEnv: secret }) });
      }}
      onClosed={onClosed}
      foot={
        <>
          <CloseButton>Cancel</CloseButton>
          <Button type="submit" variant="primary" disabledReason={off}>
            Set the address
          </Button>
        </>
      }
    >
      <div className="dlg-s set-fields">
        <label htmlFor={`${id}-url`}>Address</label>
        <input
          id={`${id}-url`}
          className="input mono"
          type="url"
          required
          placeholder="http://inventory:4001"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <label htmlFor={`${id}-secret`}>Secret from</label>
        <input
          id={`${id}-secret`}
          className="input mono"
          placeholder="name of a variable of the worker’s environment"
          spellCheck={false}
          value={secretEnv}
          onChange={(event) => setSecretEnv(event.target.value)}
        />
        <label htmlFor={`${id}-evidence`}>Evidence</label>
        <select
          id={`${id}-evidence`}
          className="input"
          value={evidence}
          onChange={(event) => setEvidence(event.target.value === 'answer' ? 'answer' : 'log')}
        >
          <option value="log">its log row proves a call</option>
          <option value="answer">its answer proves a call</option>
        </select>
      </div>
    </FormDialog>
  );
}
