'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo } from 'react';
import { flowHref } from '@/client/events';
import { asApiError } from '@/client/http';
import { sagaQueries } from '@/client/sagas';
import { sessionQueries } from '@/client/session';
import type { SagaDetail } from '@/core/contract/sagas';
import { isStopped } from '@/core/intervention/state';
import { InterventionDialog } from '@/components/intervention/intervention-dialog';
import { InterventionNotice } from '@/components/intervention/notice';
import { useIntervention } from '@/components/intervention/use-intervention';
import { Answer } from '@/components/shell/answer';
import { useShortcuts } from '@/components/shell/shortcuts';
import { EmptyState } from '@/components/ui/states';
import { shortId } from '@/components/ui/id-chip';
import { firstSelection, lanesOf } from './lanes';
import { useNarrow } from './media';
import { Rail } from './rail';
import { keyedAction } from './saga-actions';
import { SagaHeader } from './saga-header';
import { SagaSkeleton } from './saga-skeleton';
import { StateMachinePanel } from './state-machine-panel';
import { TimelinePanel } from './timeline-panel';
import { usePageState } from './use-selection';

/** One saga: what happened in words, its state machine, its attempts and rows, and what may be done. */
export function SagaPage({ sagaId, traceUrlTemplate }: { sagaId: string; traceUrlTemplate: string | null }) {
  const query = useQuery(sagaQueries.detail(sagaId));
  if (query.data === undefined && query.isError) {
    const { code } = asApiError(query.error);
    if (code === 'not_found' || code === 'invalid') return <NoSuchSaga sagaId={sagaId} isId={code === 'not_found'} />;
    return (
      <div className="page">
        <h1>Saga {shortId(sagaId)}</h1>
        <div className="panel sd-none">
          <Answer query={query} what="This saga">
            {() => null}
          </Answer>
        </div>
      </div>
    );
  }
  return (
    <Answer query={query} what="This saga" loading={<SagaSkeleton />}>
      {(saga) => <SagaView saga={saga} traceUrlTemplate={traceUrlTemplate} />}
    </Answer>
  );
}

function SagaView({ saga, traceUrlTemplate }: { saga: SagaDetail; traceUrlTemplate: string | null }) {
  const state = usePageState();
  const intervention = useIntervention();
  const onAction = intervention.openPlan;
  const router = useRouter();
  useShortcuts({
    c: () => onAction('COMPENSATE_SAGA', null),
    e: () => router.push(flowHref(saga.correlationId)),
    r: () => {
      const stopped = saga.interventions.find(({ state }) => isStopped(state));
      if (stopped === undefined) onAction(...keyedAction(saga));
      else intervention.openRun(stopped.id, 'retry');
    },
  });
  const diagram = useQuery(sagaQueries.diagram(saga.sagaId, useNarrow() ? 'TB' : 'LR')).data;
  const lanes = useMemo(() => lanesOf(saga, diagram), [saga, diagram]);
  const selection = useMemo(() => state.selection ?? firstSelection(lanes), [state.selection, lanes]);
  const title = saga.businessKey ?? shortId(saga.sagaId);
  useEffect(() => {
    document.title = `${title} · Sagascope`;
  }, [title]);
  return (
    <div className="sd">
      <div className="sd-main">
        <SagaHeader saga={saga} onAction={onAction}>
          <InterventionNotice saga={saga} onOpen={intervention.openRun} />
        </SagaHeader>
        <StateMachinePanel
          saga={saga}
          selected={state.selection}
          onSelect={({ stepName, lane }) => {
            const own = lanes.find((each) => each.stepName === stepName && each.lane === lane);
            state.select({ stepName, lane, attempt: own?.attempts.at(-1)?.lastLogId ?? null });
          }}
        />
        <TimelinePanel saga={saga} lanes={lanes} state={state} selection={selection} onAction={onAction} />
      </div>
      <Rail
        saga={saga}
        lanes={lanes}
        traceUrlTemplate={traceUrlTemplate}
        onIntervention={(id) => intervention.openRun(id)}
      />
      {intervention.opened === null ? null : (
        <InterventionDialog
          saga={saga}
          opened={intervention.opened}
          onRequested={({ id }) => intervention.ran(id)}
          onClosed={intervention.close}
        />
      )}
    </div>
  );
}

function NoSuchSaga({ sagaId, isId }: { sagaId: string; isId: boolean }) {
  const tenant = useQuery(sessionQueries.me()).data?.tenant ?? null;
  return (
    <div className="page">
      <h1>{isId ? 'No such saga' : 'Not a saga id'}</h1>
      <div className="panel sd-none">
        <EmptyState
          title={isId ? 'No row that you may see carries this saga id' : 'This address does not name a saga'}
          action={
            <Link className="btn" href="/sagas">
              All sagas
            </Link>
          }
        >
          <p>
            Asked for: <code className="sd-asked">{sagaId.slice(0, 200)}</code>
          </p>
          {tenant === null || !isId ? null : (
            <p>
              Only tenant <span className="m">{tenant}</span> is looked at: choose all tenants above to look in the
              others.
            </p>
          )}
          <p>
            A saga id is a UUID such as <code>7f3c9a1e-52b4-4d0e-9c1a-6b0e2f41d8c7</code>. An order number or a trace id
            can be pasted into the search above.
          </p>
        </EmptyState>
      </div>
    </div>
  );
}
