'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { asApiError } from '@/client/http';
import { interventionQueries } from '@/client/interventions';
import type { InterventionWire } from '@/core/contract/interventions';
import type { SagaDetail } from '@/core/contract/sagas';
import { courseOf, courseWords, deedTitle, type Course } from '@/core/narrative/intervention';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/skeleton';
import { ErrorState } from '@/components/ui/states';
import { clockWords } from '@/components/ui/time-words';
import { reasonOf } from '@/components/saga/reason-of';
import { ShapeIcon, type Shape } from '@/components/saga/status';
import { DecisionForm } from './decision-form';
import { deedOfIntervention, objectOf } from './deed';
import { DialogHead } from './dialog-head';
import type { DialogParts } from './intervention-dialog';
import { retryLabel } from './retry-label';
import { RunSteps } from './run-steps';
import type { Decision } from './use-intervention';

/** What was requested, call by call as it goes. Closing it stops nothing. */
export function RunView({
  saga,
  titleId,
  id,
  decision,
  reason,
  onReason,
  onClose,
}: DialogParts & { id: string; decision: Decision | null }) {
  const query = useQuery({
    ...interventionQueries.one(id),
    placeholderData: saga.interventions.find((one) => one.id === id),
  });
  const [asked, setAsked] = useState(decision);
  // The field that had the focus is gone with the plan.
  useEffect(() => document.getElementById(titleId)?.focus({ preventScroll: true }), [titleId]);
  const one = query.data;
  if (one === undefined || one.sagaId !== saga.sagaId) {
    return (
      <div className="iv-form">
        <DialogHead titleId={titleId} title="Intervention" onClose={onClose} />
        <div className="iv-body">
          {query.isPending ? <Skeleton rows={3} rowHeight={48} label="The intervention is being read" /> : null}
          {one === undefined ? null : <p className="dlg-s t2">This intervention is of another saga.</p>}
          {query.isError ? (
            <ErrorState
              what="This intervention did not answer"
              detail={asApiError(query.error).detail}
              reference={asApiError(query.error).reference}
              retrying={query.isFetching}
              onRetry={() => void query.refetch()}
            />
          ) : null}
        </div>
      </div>
    );
  }
  const course = courseOf(one.state);
  const open =
    asked !== null &&
    reasonOf(saga.allowed[QUESTION[asked]]) === null &&
    course === (asked === 'retry' ? 'stopped' : course) &&
    course !== 'ended'
      ? asked
      : null;
  return (
    <div className="iv-form">
      <DialogHead titleId={titleId} title={deedTitle(deedOfIntervention(saga, one), objectOf(saga))} onClose={onClose}>
        Requested by {one.requestedBy} at {clockWords(Date.parse(one.createdAt))}: “{one.reason}”
      </DialogHead>
      <section className="iv-body" aria-label="Calls">
        <StatusLine one={one} />
        <div className="dlg-s">
          <RunSteps one={one} status={saga.status} />
        </div>
        {query.isError ? (
          <p className="dlg-s fs12 t2" role="alert">
            The console does not answer. Shown data is from {clockWords(query.dataUpdatedAt)}; the run goes on without
            this page.
          </p>
        ) : null}
        {open === null ? null : (
          <DecisionForm
            one={one}
            decision={open}
            reason={reason}
            onReason={onReason}
            onBack={() => setAsked(null)}
            onDone={() => {
              onReason('');
              setAsked(null);
            }}
          />
        )}
      </section>
      {open === null ? (
        <Foot one={one} course={course} allowed={saga.allowed} onAsk={setAsked} onClose={onClose} />
      ) : null}
    </div>
  );
}

function shapeOf(one: InterventionWire, course: Course): Shape {
  if (one.state === 'verified') return 'completed';
  if (course === 'running') return 'compensating';
  if (course === 'stopped' || one.state === 'halted') return 'attention';
  return 'pending';
}

const QUESTION = { retry: 'RETRY_INTERVENTION', cancel: 'CANCEL_INTERVENTION' } as const;

/** Said aloud when it changes: by call, not by attempt. */
function StatusLine({ one }: { one: InterventionWire }) {
  const { result, fact } = courseWords(one);
  const shape = shapeOf(one, courseOf(one.state));
  return (
    <div className="dlg-s">
      <div className={`note iv-note s-${shape}`}>
        <ShapeIcon shape={shape} on={`${shape}-bg`} />
        <output className="grow">
          <span className="t1 m">{result}.</span> {fact}
        </output>
      </div>
    </div>
  );
}

function Foot({
  one,
  course,
  allowed,
  onAsk,
  onClose,
}: {
  one: InterventionWire;
  course: Course;
  allowed: SagaDetail['allowed'];
  onAsk: (decision: Decision) => void;
  onClose: () => void;
}) {
  if (course === 'ended') {
    return (
      <div className="dlg-f">
        <Button className="right" onClick={onClose}>
          Close
        </Button>
      </div>
    );
  }
  if (course === 'stopped') {
    return (
      <div className="dlg-f">
        <span className="fs12 t3 iv-foot">It stays open until it is retried or given up.</span>
        <Button
          className="right"
          disabledReason={reasonOf(allowed.CANCEL_INTERVENTION)}
          onClick={() => onAsk('cancel')}
        >
          Give up…
        </Button>
        <Button
          variant="primary"
          icon="retry"
          disabledReason={reasonOf(allowed.RETRY_INTERVENTION)}
          onClick={() => onAsk('retry')}
        >
          {retryLabel(one)}
        </Button>
      </div>
    );
  }
  return (
    <div className="dlg-f">
      <span className="fs12 t3 iv-foot">Closing this does not stop the run.</span>
      {one.steps.some(isUnsent) ? (
        <Button
          className="right"
          disabledReason={
            one.cancelRequested
              ? 'It is being cancelled: the call in flight is awaited'
              : reasonOf(allowed.CANCEL_INTERVENTION)
          }
          onClick={() => onAsk('cancel')}
        >
          Cancel what was not sent…
        </Button>
      ) : (
        <span className="right" />
      )}
      <Button onClick={onClose}>Close</Button>
    </div>
  );
}

/** There is still something to hold back: a call that was never sent, or one that would be sent again. */
const isUnsent = ({ state, nextAttemptAt }: InterventionWire['steps'][number]): boolean =>
  state === 'waiting' || nextAttemptAt !== null;
