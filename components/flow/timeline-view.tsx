'use client';
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { createPortal } from 'react-dom';
import type { FlowNode } from '@/core/contract/flows';
import { AXIS_HEIGHT, flowTimeline, type FlowTimeline } from '@/core/flow/timeline';
import { nextTo } from '@/core/flow/walk';
import { isArrowKey } from '@/components/diagram/neighbour';
import { Icon } from '@/components/ui/icon';
import { wholeWords } from '@/components/ui/number-words';
import type { FlowPicture } from './flow-page';
import { laneIcon } from './lane-icon';
import { serviceWords } from './node-words';
import { TimelineNode } from './timeline-node';
import { TimelineStrip } from './timeline-strip';
import { useInView } from './use-in-view';
import { scaleOf, Zoom, type ZoomLevel } from './zoom';

const LANE_LABEL = 104;

/** A flow on an axis of time: a lane for each service, arrows from causes to effects, and the real time below. */
export function TimelineView({ flow, selected, causes, state, slot }: FlowPicture) {
  const host = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const [zoom, setZoom] = useState<ZoomLevel>('auto');
  useLayoutEffect(() => {
    const place = host.current;
    if (place === null) return;
    const measure = () => setRoom(place.clientWidth - LANE_LABEL);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(place);
    return () => watch.disconnect();
  }, []);
  const layout = useMemo(
    () =>
      flowTimeline(flow, {
        linear: state.linear ? Math.max(640, room - 240) : null,
        start: Date.parse(flow.startedAt ?? flow.nodes[0]?.at ?? '1970-01-01T00:00:00.000Z'),
      }),
    [flow, room, state.linear],
  );
  const scale = scaleOf(zoom, room, layout.width);
  // The lanes shrink with the picture, which then has the rest of the room.
  const width = Math.max(layout.width, (room + LANE_LABEL) / scale - LANE_LABEL);
  useInView(host, { selected: selected?.id ?? null, page: flow.nodes[0]?.id ?? '', ready: room > 0 });
  const stop = selected?.id ?? flow.nodes[0]?.id;
  const unfold = (node: FlowNode) =>
    state.open({ unfold: node.group, members: null, around: null, ...(node.member ? { unfold: null } : {}) }, node.id);

  const press = (event: KeyboardEvent) => {
    const id = event.target instanceof Element ? event.target.getAttribute('data-node') : null;
    const node = flow.nodes.find((each) => each.id === id);
    if (node === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') {
      if (selected?.id === node.id && node.count > 1) unfold(node);
      else state.select(node.id);
    } else if (isArrowKey(event.key)) {
      const next = neighbourOf(flow, layout, node, event.key);
      if (next !== undefined) host.current?.querySelector<SVGElement>(`[data-node="${CSS.escape(next.id)}"]`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="ft" ref={host}>
      {slot === null ? null : createPortal(<Zoom value={zoom} scale={scale} onChange={setZoom} />, slot)}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the nodes inside are the buttons */}
      <div className="ft-scroll" onKeyDown={press}>
        <div className="ft-in" style={{ zoom: scale }}>
          <Lanes layout={layout} flow={flow} />
          <svg
            className="ft-svg"
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- SVG has no such element
            role="group"
            aria-label={flow.sentence}
            width={width}
            height={layout.height}
            viewBox={`0 0 ${width} ${layout.height}`}
          >
            <Marker id="ft-bold" className="ft-tip-bold" />
            <Marker id="ft-plain" className="ft-tip" />
            <Ground layout={layout} width={width} />
            {layout.edges
              .toSorted((a, b) => Number(causes.edges.has(a.edge)) - Number(causes.edges.has(b.edge)))
              .map(({ edge, path }) => {
                const bold = causes.edges.has(edge);
                return (
                  <path
                    key={`${edge.from} ${edge.to}`}
                    className={`ft-edge${bold ? ' ft-bold' : ''}${edge.basis === 'correlation' ? ' ft-corr' : ''}`}
                    d={path}
                    markerEnd={`url(#${bold ? 'ft-bold' : 'ft-plain'})`}
                  />
                );
              })}
            {layout.nodes.map((placed) => (
              <TimelineNode
                key={placed.node.id}
                placed={placed}
                isSelected={placed.node.id === selected?.id}
                isStop={placed.node.id === stop}
                onSelect={() => state.select(placed.node.id)}
                onUnfold={() => unfold(placed.node)}
              />
            ))}
          </svg>
        </div>
      </div>
      {flow.strip === null ? null : <TimelineStrip flow={flow} label={LANE_LABEL} room={room} />}
    </div>
  );
}

/** ← cause, → effect; ↑ ↓ the node before and after in the picture. */
function neighbourOf(
  flow: FlowPicture['flow'],
  layout: FlowTimeline,
  node: FlowNode,
  key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown',
): FlowNode | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowRight') return nextTo(flow, node.id, key === 'ArrowLeft')[0];
  const ordered = layout.nodes.toSorted((a, b) => a.y - b.y || a.x - b.x);
  const at = ordered.findIndex((each) => each.node.id === node.id);
  return ordered[key === 'ArrowUp' ? at - 1 : at + 1]?.node;
}

function Marker({ id, className }: { id: string; className: string }) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M.5 .8L7 4 .5 7.2z" className={className} />
    </marker>
  );
}

function Lanes({ layout, flow }: { layout: FlowTimeline; flow: FlowPicture['flow'] }) {
  const events = new Map(flow.services.map(({ name, events: count }) => [name, count]));
  return (
    <div className="ft-lanes" style={{ width: LANE_LABEL, paddingTop: AXIS_HEIGHT }}>
      {layout.lanes.map(({ name, height }) => (
        <div key={name} className="ft-lane" style={{ height }}>
          <Icon name={laneIcon(name)} />
          <span className="ft-lane-name" data-tip={name.length > 13 ? name : undefined}>
            {serviceWords(name)}
          </span>
          <span className="t3 fs11">
            {events.has(name)
              ? `${wholeWords(events.get(name) ?? 0)} ${events.get(name) === 1 ? 'event' : 'events'}`
              : ''}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Axis, lines of the ticks and lanes, and idle time that is cut out. */
function Ground({ layout, width }: { layout: FlowTimeline; width: number }) {
  const { axis, lanes, height } = layout;
  return (
    <g aria-hidden="true">
      <rect className="ft-head" width={width} height={AXIS_HEIGHT - 1} />
      {axis.ticks.map(({ x, label }) => (
        <g key={x}>
          <path className="ft-tick" d={`M${x + 0.5} 24V${height}`} />
          <text x={x} y={19}>
            {label}
          </text>
        </g>
      ))}
      {axis.cuts.map(({ at, label }) => {
        const half = label.length * 3 + 2;
        return (
          <g key={at}>
            <path className="ft-cut" d={`M${at - half - 9} 15.5h${2 * half + 18}`} />
            <rect className="ft-head" x={at - half} y={6} width={2 * half} height={18} />
            <text x={at} y={19} textAnchor="middle">
              {label}
            </text>
          </g>
        );
      })}
      {[AXIS_HEIGHT - 1, ...lanes.map(({ y, height: tall }) => y + tall)].map((y) => (
        <path key={y} className="axis" d={`M0 ${y - 0.5}H${width}`} />
      ))}
    </g>
  );
}
