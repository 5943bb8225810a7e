'use client';
import { useRef } from 'react';
import { measuredWords } from '@/core/diagram/duration-words';
import type { FlowEdge, FlowNode } from '@/core/contract/flows';
import { ShapeIcon } from '@/components/saga/status';
import { wholeWords } from '@/components/ui/number-words';
import { clockWords } from '@/components/ui/time-words';
import type { FlowPicture } from './flow-page';
import { faultWords, msAfter, serviceWords, shapeOf } from './node-words';
import { useInView } from './use-in-view';

/** Every node of the picture as a row: the same data for those who do not see the drawing. */
export function FlowTable({ flow, selected, causes, state }: FlowPicture) {
  const host = useRef<HTMLElement>(null);
  useInView(host, { selected: selected?.id ?? null, page: flow.nodes[0]?.id ?? '', ready: true });
  const byId = new Map(flow.nodes.map((node) => [node.id, node]));
  // By time, as they stand in the picture: steps among the events, a ghost before its effects.
  const timeOf = (node: FlowNode, at: number): number => Date.parse(node.at ?? flow.nodes[at + 1]?.at ?? '1970-01-01');
  const rows = flow.nodes
    .map((node, at) => ({ node, time: timeOf(node, at) }))
    .sort((a, b) => a.time - b.time)
    .map(({ node }) => node);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolls within itself, so the keyboard must reach it
    <section ref={host} className="ef-table" tabIndex={0} aria-label="Nodes of this flow">
      <table className="tbl">
        <thead>
          <tr>
            <th style={{ width: 92 }}>After start</th>
            <th style={{ width: 84 }}>Time</th>
            <th>Event or step</th>
            <th style={{ width: 64 }} className="num">
              Times
            </th>
            <th style={{ width: 104 }}>Service</th>
            <th>Caused by</th>
            <th style={{ width: 160 }}>Detail</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((node) => (
            <tr key={node.id} className={rowClass(node, selected, causes.nodes)}>
              <td className="t3">{node.at === null ? '' : `+${measuredWords(msAfter(node.at, flow.startedAt))}`}</td>
              <td className="t2">{node.at === null ? '' : clockWords(Date.parse(node.at))}</td>
              <td>
                <button
                  type="button"
                  className="row row-6 ef-name"
                  data-node={node.id}
                  aria-pressed={node.id === selected?.id}
                  onClick={() => state.select(node.id)}
                >
                  <Mark node={node} />
                  <span className="trunc">{node.label}</span>
                </button>
              </td>
              <td className="num">{node.count > 1 ? `×${wholeWords(node.count)}` : ''}</td>
              <td className="t2">{serviceWords(node.service)}</td>
              <td>
                <CausedBy
                  node={node}
                  edges={flow.edges.filter(({ to }) => to === node.id)}
                  byId={byId}
                  onGo={(id) => state.select(id)}
                />
              </td>
              <td className="t3">{node.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const rowClass = (node: FlowNode, selected: FlowNode | null, path: ReadonlySet<string>): string =>
  node.id === selected?.id ? 'sel cur' : path.has(node.id) ? 'ef-cause' : '';

function Mark({ node }: { node: FlowNode }) {
  const shape = shapeOf(node);
  return shape === null ? <span className="ef-dot" aria-hidden="true" /> : <ShapeIcon shape={shape} size={12} />;
}

function CausedBy({
  node,
  edges,
  byId,
  onGo,
}: {
  node: FlowNode;
  edges: readonly FlowEdge[];
  byId: ReadonlyMap<string, FlowNode>;
  onGo: (id: string) => void;
}) {
  if (node.fault !== null) return <span className="fg s-attention">{faultWords(node)}</span>;
  if (node.elsewhere !== null) return <span className="t3">{node.elsewhere.label}, on another page</span>;
  if (edges.length === 0) return <span className="t3">{node.kind === 'ghost' ? 'not in this flow' : 'nothing'}</span>;
  return edges.map(({ from, basis }) => (
    <span key={from} className="row row-4">
      <button type="button" className="link trunc" onClick={() => onGo(from)}>
        {byId.get(from)?.label ?? ''}
      </button>
      {basis === 'correlation' ? <span className="t3 fs12 nw">came before</span> : null}
    </span>
  ));
}
