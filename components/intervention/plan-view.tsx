'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { asApiError, isTransient } from '@/client/http';
import { interventionMutations, interventionQueries, newCompensationId } from '@/client/interventions';
import type { InterventionInput, InterventionWire, PlanWire } from '@/core/contract/interventions';
import type { Action } from '@/core/contract/sagas';
import { planChange, type PlanChange } from '@/core/intervention/plan-change';
import { callsOf, deedTitle, deedWords } from '@/core/narrative/intervention';
import { useOffline } from '@/components/shell/live-indicator';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { Skeleton } from '@/components/ui/skeleton';
import { ErrorState } from '@/components/ui/states';
import { minuteWords } from '@/components/ui/time-words';
import { deedOf, objectOf } from './deed';
import { DialogHead } from './dialog-head';
import type { DialogParts } from './intervention-dialog';
import { PlanChanged } from './plan-changed';
import { PlanSteps, Touches } from './plan-steps';
import { Refused } from './refused';
import { ReasonField, reasonMissing } from './reason-field';

/** The plan that a person reads, and the id under which it would run: both are replaced together. */
interface Seen {
  plan: PlanWire;
  compensationId: string;
}
const see = (plan: PlanWire): Seen => ({ plan, compensationId: newCompensationId() });

/** Plan, reason, confirm: nothing runs before, and nothing but this plan runs after. */
export function PlanView({
  saga,
  titleId,
  action,
  stepName,
  reason,
  onReason,
  onRequested,
  onClose,
}: DialogParts & {
  action: Action;
  stepName: string | null;
  onRequested: (intervention: InterventionWire) => void;
}) {
  const queries = useQueryClient();
  const offline = useOffline();
  const request = useMutation(interventionMutations.request(saga.sagaId));
  const refusal = request.isError ? asApiError(request.error) : null;
  const stale = refusal?.code === 'stale_view' ? refusal : null;
  const unknown = isTransient(refusal);
  // Once it may have been requested, its own run is what changes the saga.
  const enabled = !request.isPending && !request.isSuccess && !unknown;
  const query = useQuery({ ...interventionQueries.plan(saga.sagaId, action, stepName), enabled });
  const [seen, setSeen] = useState<Seen | null>(null);
  if (seen === null && query.data !== undefined) setSeen(see(query.data));

  const change =
    seen === null
      ? null
      : planChange(seen.plan, query.data ?? seen.plan, saga.lastLogId, saga.log, stale?.since ?? null);
  // Nobody has read the plan that follows, so it is not confirmed by what was typed for this one.
  const gone = seen !== null && query.isError && isRefusal(asApiError(query.error).code);
  const deed = deedOf(
    saga,
    action,
    stepName,
    seen === null ? null : callsOf(seen.plan),
    saga.lastLogId,
    seen?.plan.steps.find((step) => step.stepName === stepName)?.compensation,
  );
  const off = offReason({
    seen,
    change,
    gone,
    offline,
    reason,
    sending: request.isPending || request.isSuccess,
    refused: refusal !== null,
  });

  // The second click of a double click comes before the page has drawn that the first is on its way.
  const sending = useRef(false);
  const post = (input: InterventionInput) => {
    if (sending.current) return;
    sending.current = true;
    request.mutate(input, {
      onSuccess: accept,
      onError: (error) => {
        if (!isTransient(error)) void query.refetch();
      },
      onSettled: () => {
        sending.current = false;
      },
    });
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    // Nobody knows whether it arrived: the same request, under the same id.
    if (unknown && request.variables !== undefined) return post(request.variables);
    if (seen === null || off !== null) return;
    const { planHash, asOfLogId } = seen.plan;
    post({
      action,
      ...(stepName === null ? {} : { stepName }),
      reason: reason.trim(),
      expectedLogId: asOfLogId,
      planHash,
      compensationId: seen.compensationId,
    });
  };
  const accept = (intervention: InterventionWire) => {
    queries.setQueryData(interventionQueries.one(intervention.id).queryKey, intervention);
    void queries.invalidateQueries({ queryKey: ['saga', saga.sagaId, 'detail'] });
    onRequested(intervention);
  };
  const lookAgain = () => {
    request.reset();
    setSeen(query.data === undefined ? null : see(query.data));
    void query.refetch();
  };

  return (
    <form className="iv-form" onSubmit={send} noValidate>
      <DialogHead titleId={titleId} title={deedTitle(deed, objectOf(saga))} onClose={onClose}>
        {action === 'COMPENSATE_SAGA' ? 'Runs in reverse order. ' : ''}A call that fails 3 times stops the run and comes
        back to a person.
      </DialogHead>
      <div className="iv-body">
        <div className="dlg-s">
          <h3>
            <span>Plan</span>
            {seen === null || gone || (change !== null && enabled) ? null : <Guard logId={seen.plan.asOfLogId} />}
          </h3>
          {seen === null ? (
            <Unread query={query} />
          ) : (
            <PlanSteps plan={seen.plan} compensationId={seen.compensationId} />
          )}
        </div>
        {gone ? (
          <Refused title="This is not possible any more." text={asApiError(query.error).detail} />
        ) : change !== null && enabled ? (
          <PlanChanged change={change} said={stale?.detail ?? null} onTake={lookAgain} />
        ) : null}
        {seen === null ? null : <Touches touches={seen.plan.touches} />}
        <ReasonField value={reason} onChange={onReason} frozen={request.isPending || unknown} />
        {seen?.plan.approval ? <Approval approval={seen.plan.approval} /> : null}
        {refusal === null || stale !== null ? null : (
          <Refused
            title={unknown ? 'No answer came.' : `${refusal.message}.`}
            text={
              unknown
                ? 'Nobody knows yet whether the request arrived. Sending it again cannot run it twice.'
                : refusal.detail
            }
            reference={refusal.reference}
            action={
              unknown ? undefined : (
                <Button small onClick={lookAgain}>
                  Look again
                </Button>
              )
            }
          />
        )}
      </div>
      <div className="dlg-f">
        <span className="fs12 t3 iv-foot">If the saga changes first, nothing runs.</span>
        <Button className="right" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          variant="primary"
          shortcut="mod+↵"
          disabledReason={unknown && !request.isPending ? null : off}
        >
          {unknown && !request.isPending
            ? 'Send again'
            : request.isPending
              ? 'Requesting'
              : seen?.plan.approval
                ? 'Request approval'
                : deedWords(deed)}
        </Button>
      </div>
    </form>
  );
}

function offReason(of: {
  seen: Seen | null;
  change: PlanChange | null;
  gone: boolean;
  offline: boolean;
  reason: string;
  sending: boolean;
  refused: boolean;
}): string | null {
  if (of.sending) return 'It is being requested';
  if (of.seen === null) return 'There is no plan yet';
  if (of.gone) return 'This is not possible any more';
  if (of.change !== null) return 'The plan changed: look at the new one first';
  if (of.refused) return 'The request was refused: look again first';
  if (of.offline) return 'The page is offline, so its data may be old';
  return reasonMissing(of.reason);
}

function Guard({ logId }: { logId: string }) {
  return (
    <span className="right row row-4 iv-guard">
      <Icon name="check" size={14} />
      <span>State as of log #{logId}, unchanged</span>
    </span>
  );
}

const isRefusal = (code: string): boolean => code === 'illegal_action' || code === 'forbidden';

function Unread({
  query,
}: {
  query: { isPending: boolean; isFetching: boolean; error: unknown; refetch: () => unknown };
}) {
  if (query.isPending) return <Skeleton rows={3} rowHeight={48} label="The plan is being made" />;
  const { code, detail, reference } = asApiError(query.error);
  return (
    <ErrorState
      what={isRefusal(code) ? 'This is not possible now' : 'The plan could not be made'}
      detail={detail}
      reference={reference}
      retrying={query.isFetching}
      onRetry={() => void query.refetch()}
    />
  );
}

function Approval({ approval }: { approval: NonNullable<PlanWire['approval']> }) {
  return (
    <div className="dlg-s">
      <div className="note">
        <Icon name="people" className="t3" />
        <span className="grow">
          <span className="t1 m">A second person approves this:</span> {approval.because}. {approval.who}, until{' '}
          {minuteWords(Date.parse(approval.until))}.
        </span>
      </div>
    </div>
  );
}
