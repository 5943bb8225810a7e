'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { declareMutations } from '@/client/definitions';
import { Button } from '@/components/ui/button';
import { CloseButton, FormDialog } from './form-dialog';

const EXAMPLE = `saga: order_fulfilment
steps:
  - { name: reserve_inventory, service: inventory, kind: compensatable, compensation: release_inventory }`;

/** Declares a saga type: a new version of its definition, as YAML or JSON. */
export function DeclareDialog({ onClosed }: { onClosed: () => void }) {
  const queries = useQueryClient();
  const id = useId();
  const [text, setText] = useState('');
  const declare = useMutation({
    ...declareMutations.definition(),
    onSuccess: onClosed,
    onSettled: () => void queries.invalidateQueries({ queryKey: ['definitions'] }),
  });
  const type = sagaOf(text);
  const off = declare.isPending
    ? 'It is being sent'
    : type === null
      ? 'Begin with saga: and the name of its type'
      : null;
  return (
    <FormDialog
      title="Declare a saga type"
      sub="A new version, in force from now on; versions before it are kept."
      error={declare.isError ? declare.error : null}
      onSubmit={() => {
        if (off === null && type !== null) declare.mutate({ type, text });
      }}
      onClosed={onClosed}
      foot={
        <>
          <CloseButton>Cancel</CloseButton>
          <Button type="submit" variant="primary" disabledReason={off}>
            Declare
          </Button>
        </>
      }
    >
      <div className="dlg-s set-document">
        <label htmlFor={id}>Definition, YAML or JSON</label>
        <textarea
          id={id}
          className="textarea mono"
          rows={14}
          spellCheck={false}
          placeholder={EXAMPLE}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
    </FormDialog>
  );
}

/** The type that a document names; the server reads the rest, and refuses what does not fit. */
function sagaOf(text: string): string | null {
  return /(?:^|[{,\s])"?saga"?\s*:\s*["']?([^"'\s,}]+)/.exec(text)?.[1] ?? null;
}
