'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, type FormEvent } from 'react';
import { asApiError, isTransient } from '@/client/http';
import { interventionMutations, interventionQueries } from '@/client/interventions';
import type { InterventionWire } from '@/core/contract/interventions';
import { callName, courseOf, stoppedCalls } from '@/core/narrative/intervention';
import { useOffline } from '@/components/shell/live-indicator';
import { Button } from '@/components/ui/button';
import { ReasonField, reasonMissing } from './reason-field';
import { Refused } from './refused';
import { retryLabel } from './retry-label';
import type { Decision } from './use-intervention';

/** Retry or give up, with a reason: the one thing that a person may still do to an intervention. */
export function DecisionForm({
  one,
  decision,
  reason,
  onReason,
  onBack,
  onDone,
}: {
  one: InterventionWire;
  decision: Decision;
  reason: string;
  onReason: (reason: string) => void;
  onBack: () => void;
  onDone: () => void;
}) {
  const queries = useQueryClient();
  const offline = useOffline();
  const decide = useMutation({
    ...interventionMutations.decide(one.id, decision),
    onSuccess: (changed) => {
      queries.setQueryData(interventionQueries.one(one.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['saga', one.sagaId] });
      onDone();
    },
    // Whatever was refused or lost: what became of it is read.
    onError: () => void queries.invalidateQueries({ queryKey: interventionQueries.one(one.id).queryKey }),
  });
  const off = decide.isPending
    ? 'It is being sent'
    : offline
      ? 'The page is offline, so its data may be old'
      : reasonMissing(reason);
  // The second click of a double click comes before the page has drawn the first.
  const sending = useRef(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (off !== null || sending.current) return;
    sending.current = true;
    decide.mutate(
      { reason: reason.trim() },
      {
        onSettled: () => {
          sending.current = false;
        },
      },
    );
  };
  const error = decide.isError ? asApiError(decide.error) : null;
  return (
    <form className="iv-decide" onSubmit={submit} noValidate>
      <p className="dlg-s t2">{consequence(one, decision)}</p>
      <ReasonField value={reason} onChange={onReason} frozen={decide.isPending} />
      {error === null ? null : (
        <Refused
          title={isTransient(error) ? 'No answer came.' : `${error.message}.`}
          text={isTransient(error) ? 'Look above whether it was taken before you send it again.' : error.detail}
          reference={error.reference}
        />
      )}
      <div className="dlg-f">
        <Button className="right" onClick={onBack}>
          Back
        </Button>
        <Button
          type="submit"
          variant={decision === 'retry' ? 'primary' : 'danger'}
          shortcut="mod+↵"
          disabledReason={off}
        >
          {decision === 'retry' ? retryLabel(one).replace(/…$/, '') : cancelWords(one)}
        </Button>
      </div>
    </form>
  );
}

const cancelWords = (one: InterventionWire): string =>
  courseOf(one.state) === 'running' ? 'Cancel what was not sent' : 'Give up';

function consequence(one: InterventionWire, decision: Decision): string {
  if (decision === 'retry')
    return 'Sends the same call again, under the same key, up to 3 times: what has taken effect already is not done twice.';
  if (courseOf(one.state) === 'running')
    return 'A call in flight is awaited; what was not sent is never sent. What is already undone stays undone.';
  const names = stoppedCalls(one).map(callName).join(', ');
  return `Ends here, and nothing more is called. What ${names} did stays as the log says. A new intervention is possible then.`;
}
