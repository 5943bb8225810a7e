'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import { flowQueries } from '@/client/flows';
import { asApiError } from '@/client/http';
import type { Flow, FlowNode } from '@/core/contract/flows';
import { causesOf, nextTo, nodeAt } from '@/core/flow/walk';
import { Answer } from '@/components/shell/answer';
import { useShortcuts } from '@/components/shell/shortcuts';
import { shortId } from '@/components/ui/id-chip';
import { Icon } from '@/components/ui/icon';
import { EmptyState } from '@/components/ui/states';
import { FlowBar } from './flow-bar';
import { FlowFind } from './flow-find';
import { FlowHeader } from './flow-header';
import { FlowPages } from './flow-pages';
import { FlowRail } from './flow-rail';
import { FlowSkeleton } from './flow-skeleton';
import { FlowTable } from './flow-table';
import { MermaidView } from './mermaid-view';
import { TimelineView } from './timeline-view';
import { useFlowState } from './use-flow-state';

/** One event flow: what caused what, over services and time, whatever its size. */
export function FlowPage({ correlationId }: { correlationId: string }) {
  const { part } = useFlowState();
  const query = useQuery(flowQueries.detail(correlationId, part));
  if (query.data === undefined && query.isError) {
    const { code } = asApiError(query.error);
    if (code === 'not_found') return <NoSuchFlow correlationId={correlationId} />;
    return (
      <div className="page">
        <h1>Event flow {shortId(correlationId)}</h1>
        <div className="panel sd-none">
          <Answer query={query} what="This event flow">
            {() => null}
          </Answer>
        </div>
      </div>
    );
  }
  return (
    <Answer query={query} what="This event flow" loading={<FlowSkeleton />}>
      {(flow) => <FlowBody flow={flow} />}
    </Answer>
  );
}

function FlowBody({ flow }: { flow: Flow }) {
  const state = useFlowState();
  const { selected: id, select, view } = state;
  // A page that was opened around an event has that event selected.
  const selected = useMemo<FlowNode | null>(() => {
    const named = flow.nodes.find((node) => node.id === id);
    if (named !== undefined) return named;
    return state.part.around === undefined ? null : nodeAt(flow, state.part.around);
  }, [flow, id, state.part.around]);
  const causes = useMemo(() => causesOf(flow, selected?.id ?? null), [flow, selected]);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [saga] = flow.sagas;
  const title = (flow.sagas.length === 1 ? saga?.businessKey : null) ?? shortId(flow.correlationId);
  useEffect(() => {
    document.title = `Event flow ${title} · Sagascope`;
  }, [title]);

  const go = (node: FlowNode | undefined) => {
    if (node === undefined) return;
    select(node.id);
    document.querySelector<SVGElement | HTMLElement>(`[data-node="${CSS.escape(node.id)}"]`)?.focus();
  };
  useShortcuts({
    '[': () => {
      if (selected === null) go(flow.nodes[0]);
      else if (selected.elsewhere !== null)
        state.open({ around: selected.elsewhere.position, from: null, before: null });
      else go(nextTo(flow, selected.id, true)[0]);
    },
    ']': () => go(selected === null ? flow.nodes[0] : nextTo(flow, selected.id, false)[0]),
    Escape: () => select(null),
  });
  const picture = { flow, selected, causes, state, slot };
  return (
    <div className={selected === null ? 'ef' : 'ef ef-open'}>
      <div className="ef-main">
        <FlowHeader flow={flow} title={title} view={view} onView={state.setView}>
          <FlowFind flow={flow} state={state} onGo={go} />
        </FlowHeader>
        <FlowBar flow={flow} selected={selected} state={state} onSlot={setSlot} />
        {view === 'timeline' ? <TimelineView {...picture} /> : null}
        {view === 'table' ? <FlowTable {...picture} /> : null}
        {view === 'graph' || view === 'sequence' ? <MermaidView key={view} {...picture} kind={view} /> : null}
        <FlowPages flow={flow} state={state} />
        {selected === null ? null : <ToDetails of={selected.label} />}
      </div>
      <FlowRail {...picture} onGo={go} />
    </div>
  );
}

/** Where the rail stands below the picture: what is selected has its details there, out of sight. */
function ToDetails({ of }: { of: string }) {
  const go = () => {
    const rail = document.querySelector<HTMLElement>('.ef-rail');
    rail?.scrollIntoView({ block: 'start' });
    rail?.focus({ preventScroll: true });
  };
  return (
    <button type="button" className="ef-to-rail" onClick={go}>
      <span className="trunc">Details of {of}</span>
      <Icon name="chev-d" size={14} />
    </button>
  );
}

function NoSuchFlow({ correlationId }: { correlationId: string }) {
  return (
    <div className="page">
      <h1>No such event flow</h1>
      <div className="panel sd-none">
        <EmptyState
          title="No event and no saga that you may see carries this correlation"
          action={
            <Link className="btn" href="/events">
              All events
            </Link>
          }
        >
          <p>
            Asked for: <code className="sd-asked">{correlationId.slice(0, 200)}</code>
          </p>
          <p>
            A flow is named by the <code>correlation_id</code> in the metadata of its events. A new event is here a
            moment after it was committed.
          </p>
        </EmptyState>
      </div>
    </div>
  );
}

/** What the views, the bar and the rail are given. */
export interface FlowPicture {
  flow: Flow;
  selected: FlowNode | null;
  /** The bold path: what the selection hangs on, to the root. */
  causes: ReturnType<typeof causesOf>;
  state: ReturnType<typeof useFlowState>;
  /** Where a view puts its zoom: at the end of the bar. */
  slot: HTMLElement | null;
}
