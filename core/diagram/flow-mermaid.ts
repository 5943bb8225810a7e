import type { Flow, FlowEdge, FlowNode } from '../contract/flows';
import { hasIcon } from '../flow/node';
import { cutText, escapeLabel } from './escape';

type Picture = Pick<Flow, 'nodes' | 'edges' | 'services'>;

const LONGEST_NAME = 30;
const LONGEST_DETAIL = 30;
const NO_SERVICE = 'no service';
/** Of an icon before the first line: an em space and an en space. */
const ROOM = '#8195;#8194;';

/** Node ids of the texts: generated, never data. The n-th node of the picture is `n<n>`. */
export const mermaidIds = (nodes: readonly FlowNode[]): Map<string, string> =>
  new Map(nodes.map(({ id }, n) => [id, `n${n}`]));

/** A text for a label: never empty, and never the one word that ends a block. */
function cut(words: string, most: number): string {
  const label = escapeLabel(cutText(words, most));
  if (label.trim() === '') return 'unnamed';
  return /^\s*end\s*$/i.test(label) ? label.replace(/e/i, (letter) => `#${letter.charCodeAt(0)};`) : label;
}

/** The lanes of a picture: services by their first event, then those that only steps or ghosts name. */
export function lanesOf({ nodes, services }: Picture): string[] {
  const drawn = new Set(nodes.map(({ service }) => service));
  const known = services.map(({ name }) => name).filter((name) => drawn.has(name));
  return [...new Set([...known, ...drawn])];
}

/**
 * A flow as a mermaid flowchart: services are lanes, causation solid, correlation dotted, a stack says how many events
 * it stands for, a ghost is dashed, the path of `bold` edges thick.
 */
export function flowchart(picture: Picture, bold: ReadonlySet<FlowEdge> = new Set()): string {
  const ids = mermaidIds(picture.nodes);
  const lanes = graphLanes(picture);
  const stays = staysOf(picture, lanes, ids);
  const lines = ['flowchart LR'];
  // dagre mostly puts the lane above whose nodes it meets last.
  for (const [at, lane] of [...lanes.entries()].toReversed()) {
    lines.push(`  subgraph l${at}["${lane.words}"]`);
    for (const id of stays.ofLane(at)) lines.push(`    ${id}((" "))`);
    for (const node of lane.nodes) lines.push(`    ${shapeOf(node, ids)}`);
    lines.push('  end');
  }
  lines.push(...stays.first, ...stays.links);
  const thick: number[] = [];
  let drawn = stays.links.length;
  for (const edge of picture.edges) {
    const [from, to] = [ids.get(edge.from), ids.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    if (bold.has(edge)) thick.push(drawn);
    drawn += 1;
    lines.push(`  ${from} ${edge.basis === 'causation' ? '-->' : '-.->'} ${to}`);
  }
  if (thick.length > 0) lines.push(`  linkStyle ${thick.join(',')} stroke-width:2.5px`);
  lines.push(...classLines(picture.nodes, ids), ...stays.classes);
  return `${lines.join('\n')}\n`;
}

/** Lanes of a graph: it takes seconds to lay out more. */
const MOST_LANES = 20;

interface Lane {
  words: string;
  nodes: FlowNode[];
}

/** The lanes of a graph: one each service, and one for all services beyond the first ones, where there are many. */
function graphLanes(picture: Picture): Lane[] {
  const names = lanesOf(picture);
  const own = names.length > MOST_LANES ? names.slice(0, MOST_LANES - 1) : names;
  const others = new Set(names.slice(own.length));
  const lanes = own.map((name) => ({
    words: cut(name === '' ? NO_SERVICE : name, LONGEST_NAME),
    nodes: picture.nodes.filter(({ service }) => service === name),
  }));
  if (others.size === 0) return lanes;
  const nodes = picture.nodes.filter(({ service }) => others.has(service));
  return [...lanes, { words: cut(`other services (${others.size})`, LONGEST_NAME), nodes }];
}

/** Nodes of a graph at most, those that are not seen among them; lanes that would take more are not made straight. */
const GRAPH_NODES = 150;
/** Ranks that one link of mermaid spans at most. */
const LONGEST_LINK = 10;

/**
 * What makes straight rows of lanes: dagre gives a subgraph the ranks of its nodes and no more, so each lane has a row of
 * nodes that are not seen, from before the first rank to behind the last, and all rows begin at one of them. None where
 * many lanes are long: the layout of such rows takes longer than they are worth.
 */
function staysOf(picture: Picture, lanes: readonly Lane[], ids: ReadonlyMap<string, string>) {
  const span = longestPath(picture) + 1;
  const lengths = Array.from({ length: Math.ceil(span / LONGEST_LINK) }, (_, n) =>
    Math.min(LONGEST_LINK, span - n * LONGEST_LINK),
  );
  const hidden = 1 + lanes.length * (1 + lengths.length);
  if (lanes.length === 0 || picture.nodes.length + hidden > GRAPH_NODES)
    return { ofLane: () => [], first: [], links: [], classes: [] };
  const stay = (lane: number, n: number): string => `s${lane}x${n}`;
  const ofLane = (lane: number): string[] => [0, ...lengths].map((_, n) => stay(lane, n));
  const effects = new Set(picture.edges.map(({ to }) => to));
  const links = lanes.flatMap((lane, at) => [
    `  s ~~~ ${stay(at, 0)}`,
    ...lengths.map((length, n) => `  ${stay(at, n)} ~~${'~'.repeat(length)} ${stay(at, n + 1)}`),
    ...lane.nodes.flatMap(({ id }) => (effects.has(id) ? [] : [`  ${stay(at, 0)} ~~~ ${ids.get(id)}`])),
  ]);
  const all = ['s', ...lanes.flatMap((_, at) => ofLane(at))];
  return {
    ofLane,
    first: ['  s((" "))'],
    links,
    classes: ['  classDef stay fill:none,stroke:none', `  class ${all.join(',')} stay`],
  };
}

/** Nodes on the longest way along the arrows. */
function longestPath({ nodes, edges }: Picture): number {
  const depth = new Map<string, number>();
  const into = new Map<string, string[]>();
  for (const { from, to } of edges) into.set(to, [...(into.get(to) ?? []), from]);
  const of = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    depth.set(id, 0);
    const own = 1 + Math.max(0, ...(into.get(id) ?? []).map(of));
    depth.set(id, own);
    return own;
  };
  return Math.max(0, ...nodes.map(({ id }) => of(id)));
}

function shapeOf(node: FlowNode, ids: ReadonlyMap<string, string>): string {
  const times = node.count > 1 ? `${escapeLabel(`×${node.count}`)} ` : '';
  const label = `"${hasIcon(node) ? ROOM : ''}${times}${cut(node.label, LONGEST_NAME)}<br>${cut(node.detail, LONGEST_DETAIL)}"`;
  const id = ids.get(node.id) ?? 'n';
  if (node.kind === 'step') return `${id}([${label}])`;
  return node.count > 1 ? `${id}[[${label}]]` : `${id}[${label}]`;
}

function classLines(nodes: readonly FlowNode[], ids: ReadonlyMap<string, string>): string[] {
  const lines = ['  classDef ghost stroke-dasharray:3 3'];
  const byClass = new Map<string, string[]>();
  const add = (name: string, node: FlowNode) =>
    byClass.set(name, [...(byClass.get(name) ?? []), ids.get(node.id) ?? '']);
  for (const node of nodes) {
    if (node.kind === 'ghost') add('ghost', node);
    else if (node.tone !== 'plain') add(node.tone, node);
  }
  for (const [name, of] of byClass) lines.push(`  class ${of.join(',')} ${name}`);
  return lines;
}

/** Events in the order of the log, and each step of a saga before the first event that came after it began. */
function inTime(nodes: readonly FlowNode[]): FlowNode[] {
  const time = ({ at }: FlowNode): number => (at === null ? Number.NEGATIVE_INFINITY : Date.parse(at));
  const steps = nodes.filter(({ kind }) => kind === 'step').sort((a, b) => time(a) - time(b));
  const ordered = nodes
    .filter(({ kind }) => kind !== 'step')
    .flatMap((node) => {
      const later = steps.findIndex((step) => time(step) > time(node));
      return [...steps.splice(0, later === -1 ? steps.length : later), node];
    });
  return [...ordered, ...steps];
}

/** What a sequence shows of a node: an arrow from what it hangs on, or (`edge` null) a note where it hangs on nothing. */
export interface SequenceLine {
  node: FlowNode;
  edge: FlowEdge | null;
}

/** The lines of a {@link sequence}, in its order. */
export function sequenceLines({ nodes, edges }: Pick<Picture, 'nodes' | 'edges'>): SequenceLine[] {
  const drawn = new Set(nodes.map(({ id }) => id));
  return inTime(nodes)
    .filter(({ kind }) => kind !== 'ghost')
    .map((node) => {
      const edge = edges.find(({ to }) => to === node.id);
      return { node, edge: edge !== undefined && drawn.has(edge.from) ? edge : null };
    });
}

/** What an arrow says: also the second line of a command, and where the name alone is that of others. */
function messageWords(node: FlowNode, names: ReadonlyMap<string, number>): string {
  const times = node.count > 1 ? `${escapeLabel(`×${node.count}`)} ` : '';
  const words = `${times}${cut(node.label, LONGEST_NAME)}`;
  if (node.count > 1 || (node.command === null && (names.get(node.label) ?? 0) < 2)) return words;
  return `${words}${escapeLabel(',')} ${cut(node.detail, LONGEST_DETAIL)}`;
}

/**
 * A flow as a mermaid sequence diagram: services are participants, each arrow goes from the service of the cause to that
 * of the effect and says the effect; dashed where only the correlation joins them. In the order of the log.
 */
export function sequence(picture: Picture): string {
  const lanes = lanesOf(picture);
  const place = new Map(lanes.map((lane, at) => [lane, `p${at}`]));
  const byId = new Map(picture.nodes.map((node) => [node.id, node]));
  const lines = ['sequenceDiagram'];
  for (const [at, lane] of lanes.entries())
    lines.push(`  participant p${at} as ${cut(lane === '' ? NO_SERVICE : lane, LONGEST_NAME)}`);
  const names = new Map<string, number>();
  for (const { label } of picture.nodes) names.set(label, (names.get(label) ?? 0) + 1);
  for (const { node, edge } of sequenceLines(picture)) {
    const cause = edge === null ? undefined : byId.get(edge.from);
    const to = place.get(node.service) ?? 'p0';
    const words = messageWords(node, names);
    if (edge === null || cause === undefined) {
      lines.push(`  Note over ${to}: ${words}`);
      continue;
    }
    const end = node.tone === 'failed' ? 'x' : '>>';
    lines.push(`  ${place.get(cause.service) ?? 'p0'}${edge.basis === 'causation' ? '-' : '--'}${end}${to}: ${words}`);
  }
  return `${lines.join('\n')}\n`;
}
