'use client';
import Link from 'next/link';
import { flowHref } from '@/client/events';
import type { FlowNode } from '@/core/contract/flows';
import { nextTo } from '@/core/flow/walk';
import { ShapeIcon } from '@/components/saga/status';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { IdChip } from '@/components/ui/id-chip';
import { wholeWords } from '@/components/ui/number-words';
import { clockWords, fullTimeWords } from '@/components/ui/time-words';
import { EventFacts } from './flow-event';
import type { FlowPicture } from './flow-page';
import { FlowFacts } from './flow-facts';
import { Section } from './rail-section';
import { faultWords, serviceWords, shapeOf } from './node-words';
import { FROM_START } from './use-flow-state';

type Props = Pick<FlowPicture, 'flow' | 'selected' | 'state'> & { onGo: (node: FlowNode) => void };

/** Beside the picture: what is selected, what it came from and led to; else what is known of the flow. */
export function FlowRail({ flow, selected, state, onGo }: Props) {
  if (selected === null) {
    return (
      <aside className="rail ef-rail" aria-label="About this flow">
        <FlowFacts flow={flow} />
      </aside>
    );
  }
  return (
    <aside className="rail ef-rail" aria-label="Selected event" tabIndex={-1}>
      <section>
        <Head node={selected} onClose={() => state.select(null)} />
        <Walk {...{ flow, selected, state, onGo }} />
        {selected.fault === null ? null : (
          <p className="ef-said fg s-attention">It {faultWords(selected)}: no arrow is drawn.</p>
        )}
        {selected.count > 1 && selected.group !== null ? (
          <Button
            small
            icon="layers"
            className="ef-unfold"
            onClick={() => state.open({ unfold: selected.group, members: null }, selected.id)}
          >
            {flow.unfolded?.group === selected.group
              ? 'Unfold from the beginning'
              : `Unfold ${wholeWords(selected.count)} events`}
          </Button>
        ) : null}
      </section>
      {selected.kind === 'ghost' ? <GhostFacts node={selected} flow={flow} /> : null}
      {selected.kind === 'step' ? <StepFacts node={selected} /> : null}
      {selected.kind === 'event' && selected.eventId !== null ? (
        <EventFacts key={selected.eventId} eventId={selected.eventId} isFirst={selected.count > 1} />
      ) : null}
    </aside>
  );
}

function Head({ node, onClose }: { node: FlowNode; onClose: () => void }) {
  const shape = shapeOf(node);
  return (
    <>
      <div className="row ef-sel">
        {shape === null ? null : <ShapeIcon shape={shape} size={16} />}
        <h2 className="trunc" data-tip={node.label.slice(0, 500)}>
          {node.count > 1 ? `×${wholeWords(node.count)} ` : ''}
          {node.label}
        </h2>
        {node.eventVersion === null ? null : <span className="tag">V{node.eventVersion}</span>}
        <Button small variant="ghost" icon="x" label="Close" className="right" onClick={onClose} />
      </div>
      <p className="fs12 t3">
        {serviceWords(node.service)}
        {node.at === null ? null : (
          <>
            {' · '}
            <span data-tip={fullTimeWords(Date.parse(node.at))}>
              {clockWords(Date.parse(node.at))}.{node.at.slice(20, 23)}
            </span>
          </>
        )}
        {node.position === null ? ` · ${node.detail}` : ` · position #${node.position}`}
      </p>
    </>
  );
}

const MOST_LINKS = 6;

function Walk({ flow, selected, state, onGo }: Props) {
  if (selected === null) return null;
  const back = nextTo(flow, selected.id, true);
  const on = nextTo(flow, selected.id, false);
  const { elsewhere } = selected;
  const basis = (from: string, to: string) =>
    flow.edges.find((edge) => edge.from === from && edge.to === to)?.basis === 'correlation';
  return (
    <div className="ef-walk">
      {back.map((node) => (
        <Button key={node.id} icon="arr-l" onClick={() => onGo(node)}>
          <small>{basis(node.id, selected.id) ? 'Came after' : 'Caused by'}</small>
          <span className="trunc">{node.label}</span>
        </Button>
      ))}
      {elsewhere === null ? null : (
        <Button icon="arr-l" onClick={() => state.open({ ...FROM_START, around: elsewhere.position })}>
          <small>Caused by</small>
          <span className="trunc">{elsewhere.label}, another page</span>
        </Button>
      )}
      {on.slice(0, MOST_LINKS).map((node) => (
        <Button key={node.id} icon="arr-r" onClick={() => onGo(node)}>
          <small>{basis(selected.id, node.id) ? 'Before' : 'Led to'}</small>
          <span className="trunc">{node.label}</span>
        </Button>
      ))}
      {on.length > MOST_LINKS ? <p className="t3 fs12">and {on.length - MOST_LINKS} more effects</p> : null}
    </div>
  );
}

function GhostFacts({ node: { eventId, found }, flow }: { node: FlowNode } & Pick<Props, 'flow'>) {
  return (
    <Section title={found === null ? 'Missing cause' : 'Cause from elsewhere'}>
      <p>{ghostWords(found)}</p>
      <dl className="kv ef-kv">
        <dt>Event id</dt>
        <dd>
          {eventId === null ? null : <IdChip id={eventId} name="event id" />}
          {found === null ? null : (
            <Link className="link" href={`/events/${eventId}`}>
              Open
            </Link>
          )}
        </dd>
        {found === null || found.tenantId === flow.tenantId ? null : (
          <>
            <dt>Tenant</dt>
            <dd className="trunc">{found.tenantId === '' ? <span className="t3">none</span> : found.tenantId}</dd>
          </>
        )}
        {found === null || found.flow === null ? null : (
          <>
            <dt>Its flow</dt>
            <dd>
              <Link className="link trunc" href={flowHref(found.flow, found.tenantId)}>
                {found.flow}
              </Link>
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

function ghostWords(found: FlowNode['found']): string {
  if (found === null)
    return 'Events of this flow name this id as their cause. No event that you may see has it: it was never written here, was removed, or belongs to somebody else.';
  return found.flow === null
    ? 'Events of this flow name it as their cause. It carries no correlation, so it is in no flow.'
    : 'Events of this flow name it as their cause. It stands in another flow.';
}

function StepFacts({ node }: { node: FlowNode }) {
  const { command, label, detail } = node;
  return (
    <Section title={command === null ? 'Saga step' : 'Command'}>
      <p>
        {command === null ? (
          <>
            <code>{label}</code> {detail.replace('saga step, ', 'is ')}.
          </>
        ) : (
          <>
            An attempt to {label === command ? 'run' : 'undo'} <code>{command}</code>: {detail}.
          </>
        )}{' '}
        It stands here by its time: the log of sagas names no event as its cause.
      </p>
      {node.sagaId === null ? null : (
        <p className="ef-said">
          <Link className="btn sm" href={`/sagas/${node.sagaId}?step=${encodeURIComponent(command ?? label)}`}>
            <Icon name="sagas" size={14} />
            Open its saga
          </Link>
        </p>
      )}
    </Section>
  );
}
