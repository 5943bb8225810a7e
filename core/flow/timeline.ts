import type { Flow, FlowEdge, FlowNode } from '../contract/flows';
import { lanesOf } from '../diagram/flow-mermaid';
import { labelText } from '../diagram/escape';
import { type Axis, linearAxis, steppedAxis } from './axis';
import { hasIcon } from './node';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedNode extends Box {
  node: FlowNode;
  /** As it is drawn: cut to what fits. */
  label: string;
  detail: string;
}

export interface FlowTimeline {
  width: number;
  height: number;
  lanes: { name: string; y: number; height: number }[];
  nodes: PlacedNode[];
  /** `path` is the `d` of an SVG path that ends at the left edge of the effect. */
  edges: { edge: FlowEdge; path: string }[];
  axis: Axis;
}

/** Height of the axis above the lanes, and of a node. */
export const AXIS_HEIGHT = 31;
export const NODE_HEIGHT = 42;
/** Px before the first and behind the last node. */
export const MARGIN = 14;
const ROW = 54;
const LANE_TOP = 14;
const LANE_BOTTOM = 6;
const LEAST_LANE = 96;
const BESIDE = 14;
/** The sheets of a stack stand out behind it. */
const SHEETS = 6;
const LEAST_WIDTH = 92;
const MOST_WIDTH = 224;
const LONGEST = 30;
/** Where an arrow leaves its cause: correlation beside causation, so that one does not hide the other. */
const PORT = { causation: 14, correlation: 24 } as const;
const RADIUS = 6;
/** Above a row, free of nodes. */
const GUTTER = 6;
/** An arrow turns no nearer to its effect: the turn and the tip have room. */
const CLOSEST = 10;

interface Options {
  /** To scale, over so many px; null: every moment has room. */
  linear: number | null;
  /** Epoch ms from which the axis counts. */
  start: number;
}

/**
 * A flow on an axis of time: a lane for each service, the left edge of a node is its time, nodes that would touch stand
 * in rows. Pure; px.
 */
export function flowTimeline(
  picture: Pick<Flow, 'nodes' | 'edges' | 'services'>,
  { linear, start }: Options,
): FlowTimeline {
  const times = timesOf(picture);
  const all = [...times.values()];
  const widths = new Map<number, number>();
  for (const node of picture.nodes) {
    const time = times.get(node.id) ?? start;
    widths.set(time, Math.max(widths.get(time) ?? 0, wordsOf(node).width + SHEETS));
  }
  const axis =
    linear === null ? steppedAxis(all, start, (time) => widths.get(time) ?? 0) : linearAxis(all, start, linear);
  const lanes: FlowTimeline['lanes'] = [];
  const boxes = new Map<string, PlacedNode>();
  let y = AXIS_HEIGHT;
  for (const name of lanesOf(picture)) {
    const members = picture.nodes
      .filter(({ service }) => service === name)
      .map((node) => ({ node, x: MARGIN + axis.place(times.get(node.id) ?? start) }))
      .sort((a, b) => a.x - b.x);
    const rows: number[] = [];
    const rowOf = new Map<string, number>();
    for (const { node, x } of members) {
      const words = wordsOf(node);
      const row = freeRow(rows, x, rowOf.get(causeOf(picture.edges, node.id, rowOf) ?? '') ?? 0);
      rowOf.set(node.id, row);
      rows[row] = x + words.width + (node.count > 1 ? SHEETS : 0);
      boxes.set(node.id, { node, x, y: y + LANE_TOP + row * ROW, height: NODE_HEIGHT, ...words });
    }
    const height = Math.max(LEAST_LANE, LANE_TOP + rows.length * ROW + LANE_BOTTOM);
    lanes.push({ name, y, height });
    y += height;
  }
  const right = [...boxes.values()].reduce((most, { x, width }) => Math.max(most, x + width + SHEETS), axis.width);
  return {
    width: right + MARGIN,
    height: y,
    lanes,
    nodes: picture.nodes.flatMap(({ id }) => boxes.get(id) ?? []),
    edges: picture.edges.flatMap((edge) => {
      const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
      if (from === undefined || to === undefined) return [];
      const all = [...boxes.values()];
      return [{ edge, path: pathOf(from, to, portOf(from, to, PORT[edge.basis], all), all) }];
    }),
    axis: {
      ...axis,
      ticks: axis.ticks.map((tick) => ({ ...tick, x: tick.x + MARGIN })),
      cuts: axis.cuts.map((cut) => ({ ...cut, at: cut.at + MARGIN })),
    },
  };
}

/** The cause of a node in its own lane, if it stands there already. */
const causeOf = (edges: readonly FlowEdge[], id: string, placed: ReadonlyMap<string, number>): string | undefined =>
  edges.find(({ from, to }) => to === id && placed.has(from))?.from;

/** The row beside its cause, so that the arrow is straight; else one below, never above: arrows would cross other nodes. */
function freeRow(rows: readonly number[], x: number, beside: number): number {
  const at = rows.findIndex((right, row) => row >= beside && right + BESIDE <= x);
  return at === -1 ? rows.length : at;
}

/** Epoch ms of each node; a ghost stands where the first of its effects does. */
function timesOf({ nodes, edges }: Pick<Flow, 'nodes' | 'edges'>): Map<string, number> {
  const times = new Map(nodes.flatMap(({ id, at }) => (at === null ? [] : [[id, Date.parse(at)]])));
  for (const { id, at } of nodes) {
    if (at !== null) continue;
    const effects = edges.flatMap(({ from, to }) => (from === id ? [times.get(to) ?? Infinity] : []));
    const first = Math.min(...effects);
    if (Number.isFinite(first)) times.set(id, first);
  }
  return times;
}

/** Error codes, amounts and ids are wider than words. */
const detailWidth = (detail: string): number =>
  detail.length * 5.6 + (detail.match(/[A-Z€_@…]/g)?.length ?? 0) * 1.6 + (detail.match(/\d/g)?.length ?? 0) * 0.6;

function wordsOf(node: FlowNode): { label: string; detail: string; width: number } {
  const label = labelText(node.label, LONGEST);
  const detail = labelText(node.detail, LONGEST);
  const times = node.count > 1 ? `×${node.count} `.length : 0;
  const icon = hasIcon(node) ? 19 : 0;
  const chevron = node.count > 1 ? 14 : 0;
  const widest = Math.max((label.length + times) * (node.kind === 'step' ? 7.2 : 6.5), detailWidth(detail) + chevron);
  return {
    label,
    detail,
    width: Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, widest + icon + (node.kind === 'step' ? 24 : 20)))),
  };
}

/** Where an arrow leaves its cause: the first place from which it crosses no other node on its way down or up. */
function portOf(from: Box, to: Box, least: number, all: readonly PlacedNode[]): number {
  const [top, bottom] = from.y < to.y ? [from.y + from.height, to.y] : [to.y + to.height, from.y];
  const most = Math.min(from.width - 10, to.x - CLOSEST - from.x);
  const between = all.filter((box) => box !== from && box !== to && box.y < bottom && box.y + box.height > top);
  for (let port = least; port <= most; port += 2) {
    const x = from.x + port;
    if (!between.some((box) => box.x - 3 <= x && x <= box.x + box.width + (box.node.count > 1 ? SHEETS : 3)))
      return port;
  }
  return least;
}

/** An arrow to the left edge of the effect; above its row where another node stands before it, which it would seem to leave. */
function pathOf(from: Box, to: Box, port: number, all: readonly PlacedNode[]): string {
  const line = to.y + to.height / 2;
  const channel = Math.min(from.x + port, to.x - CLOSEST);
  const isBarred = all.some(
    (box) => box !== from && box !== to && box.y < line && line < box.y + box.height && channel < box.x && box.x < to.x,
  );
  return isBarred ? overpass(from, to, channel) : elbow(from, to, port);
}

/** Between the rows to the left of the effect, and down to its edge. */
function overpass(from: Box, to: Box, channel: number): string {
  const gutter = to.y - GUTTER;
  const down = gutter > from.y + from.height / 2;
  const turn = `a${RADIUS} ${RADIUS} 0 0 ${down ? 0 : 1} ${RADIUS} ${down ? RADIUS : -RADIUS}`;
  const start = `M${channel} ${down ? from.y + from.height : from.y}V${gutter + (down ? -RADIUS : RADIUS)}${turn}`;
  const drop = to.x - CLOSEST;
  if (channel + 2 * RADIUS > drop) return elbow(from, to, channel - from.x);
  const end = to.y + to.height / 2;
  const small = RADIUS / 2;
  return `${start}H${drop - small}a${small} ${small} 0 0 1 ${small} ${small}V${end - small}a${small} ${small} 0 0 0 ${small} ${small}H${to.x - 1}`;
}

/** From the cause down, or up, and to the left edge of the effect; straight where it stands to the right in one row. */
function elbow(from: Box, to: Box, port: number): string {
  const startY = from.y + from.height / 2;
  const endY = to.y + to.height / 2;
  if (startY === endY && to.x >= from.x + from.width) return `M${from.x + from.width} ${startY}H${to.x - 1}`;
  const channel = Math.min(from.x + port, to.x - CLOSEST);
  const down = endY > startY;
  const turn = `a${RADIUS} ${RADIUS} 0 0 ${down ? 0 : 1} ${RADIUS} ${down ? RADIUS : -RADIUS}H${to.x - 1}`;
  const before = endY + (down ? -RADIUS : RADIUS);
  if (channel > from.x + 2) return `M${channel} ${down ? from.y + from.height : from.y}V${before}${turn}`;
  // The effect stands at or before the time of its cause: out on the left, and around.
  const out = channel + RADIUS;
  const bend = `a${RADIUS} ${RADIUS} 0 0 ${down ? 0 : 1} ${-RADIUS} ${down ? RADIUS : -RADIUS}`;
  return `M${from.x} ${startY}H${out}${bend}V${before}${turn}`;
}
