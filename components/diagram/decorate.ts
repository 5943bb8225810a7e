import type { SagaDiagram } from '@/core/contract/sagas';
import { type Box, grid, type Grid } from '@/core/diagram/grid';
import type { StepStateWire } from '@/core/contract/sagas';
import { spriteHref } from '@/components/ui/icon';
import { labelText } from '@/core/diagram/escape';
import { LONGEST_DETAIL, LONGEST_NAME } from '@/core/diagram/label';
import { STEP_SHAPE } from '@/components/saga/status';
import { svgOf } from './svg-of';

const SVG = 'http://www.w3.org/2000/svg';
const NODE_WIDTH = { LR: { least: 168, most: 264 }, TB: { least: 155, most: 220 } } as const;
/** Within a node: where the shape and the words begin, and the space behind the words. */
const INSIDE = { LR: { icon: 10, words: 31, behind: 8 }, TB: { icon: 7, words: 26, behind: 5 } } as const;
/** A picture that is a little too wide is drawn smaller, down to this; beyond it the panel scrolls. */
const LEAST_SCALE = 0.88;

export interface Picture {
  svg: SVGSVGElement;
  nodes: Map<string, SVGGElement>;
  grid: Grid;
}

/**
 * Mermaid's SVG as our picture: its nodes and labels, on our grid, with the shapes of the sprite. Throws when the text
 * holds anything but drawing (mermaid's strict mode removes it; this is the second wall). `available`: px of the panel:
 * the two lanes of an upright picture fill it, and one that lies draws closer together where it is too narrow.
 */
export function decorate(text: string, diagram: SagaDiagram, direction: 'LR' | 'TB', available: number): Picture {
  const svg = svgOf(text);
  const drawn = new Set([...svg.querySelectorAll('g.node')].map(({ id }) => /flowchart-([a-z]\d*)-\d+$/.exec(id)?.[1]));
  const labels = new Map(diagram.nodes.flatMap((node) => (drawn.has(node.id) ? [[node.id, linesOf(node)]] : [])));
  const { laid, inside } =
    direction === 'LR' ? lying(diagram, [...labels.values()], available) : upright(diagram, available);

  const picture = element('svg', { class: `dg dg-${direction.toLowerCase()}`, role: 'group', 'aria-label': 'Steps' });
  picture.setAttribute('viewBox', `0 0 ${laid.width} ${laid.height}`);
  picture.setAttribute('width', String(laid.width));
  picture.setAttribute('height', String(laid.height));
  picture.style.minWidth = `${Math.floor(laid.width * LEAST_SCALE)}px`;
  const markers = `${svg.id}-`;
  picture.append(
    markerDefs(markers),
    ...laneTitles(laid, direction),
    ...arrows(diagram, laid, svg, markers, direction),
    ...marks(diagram, laid),
  );
  const nodes = new Map<string, SVGGElement>();
  for (const node of diagram.nodes) {
    const lines = labels.get(node.id);
    const box = laid.boxes.get(node.id);
    if (lines === undefined || box === undefined) continue;
    const built = nodeGroup(node, lines, box, inside);
    nodes.set(node.id, built);
    picture.append(built);
  }
  return { svg: picture, nodes, grid: laid };
}

function element<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** Upright, the lanes share what there is. */
const halfOf = (available: number) =>
  Math.min(NODE_WIDTH.TB.most, Math.max(NODE_WIDTH.TB.least, Math.floor((available - 46) / 2)));

type Inside = (typeof INSIDE)['LR' | 'TB'];

function upright(diagram: SagaDiagram, available: number): { laid: Grid; inside: Inside } {
  return { laid: grid(diagram.nodes, diagram.edges, halfOf(available), 'TB'), inside: INSIDE.TB };
}

/** At ease where the panel has room; else as narrow as the words, then with each longer detail on two lines. */
function lying(diagram: SagaDiagram, labels: [string, string][], available: number): { laid: Grid; inside: Inside } {
  const { least, most } = NODE_WIDTH.LR;
  const widthOf = pen();
  const around = ({ words, behind }: Inside, widest: number) => Math.min(most, Math.ceil(widest) + 1 + words + behind);
  const whole = labels.flatMap(([name, detail]) => [widthOf.name(name), widthOf.detail(detail)]);
  const atEase = grid(diagram.nodes, diagram.edges, Math.max(least, around(INSIDE.LR, Math.max(0, ...whole))), 'LR');
  if (atEase.width <= available) return { laid: atEase, inside: INSIDE.LR };
  const tight = (breakAt: string) => {
    const folded = labels.flatMap(([name, detail]) => [
      widthOf.name(name),
      foldedWidth(detail.split(breakAt), breakAt, widthOf.detail),
    ]);
    return grid(diagram.nodes, diagram.edges, around(INSIDE.TB, Math.max(0, ...folded)), 'LR', true);
  };
  const laid = tight(' · ');
  const fits = laid.width * LEAST_SCALE <= available;
  return { laid: fits ? laid : tight(' '), inside: INSIDE.TB };
}

/** The least width at which the parts fill two lines, in px. */
function foldedWidth(parts: string[], between: string, widthOf: (text: string) => number): number {
  const folds = parts.map((_, at) =>
    Math.max(widthOf(parts.slice(0, at).join(between)), widthOf(parts.slice(at).join(between))),
  );
  return Math.min(...folds);
}

/** Measures the two lines of a label in px; without a canvas every text is as wide as a node may be. */
function pen(): { name: (text: string) => number; detail: (text: string) => number } {
  const canvas = document.createElement('canvas').getContext('2d');
  const root = getComputedStyle(document.documentElement);
  const measure = (font: string) => (text: string) => {
    if (canvas === null) return NODE_WIDTH.LR.most;
    canvas.font = font;
    return canvas.measureText(text).width;
  };
  return {
    name: measure(`12px ${root.getPropertyValue('--font-mono')}`),
    detail: measure(`11px ${root.getPropertyValue('--font-sans')}`),
  };
}

/** The two lines of a label, as the text has them. */
const linesOf = ({ name, detail }: SagaDiagram['nodes'][number]): [string, string] => [
  labelText(name, LONGEST_NAME),
  labelText(detail, LONGEST_DETAIL),
];

const LANE_WORD = { forward: 'step', undo: 'compensation' } as const;

function shapeOf(state: string): string {
  return state in STEP_SHAPE ? STEP_SHAPE[state as StepStateWire] : 'pending';
}

function nodeGroup(
  node: SagaDiagram['nodes'][number],
  [name, detail]: [string, string],
  { x, y, width, height }: Box,
  inside: Inside,
): SVGGElement {
  const group = element('g', {
    class: `dg-n dg-${node.state} s-${shapeOf(node.state)}${node.current ? ' dg-current' : ''}`,
    transform: `translate(${x} ${y})`,
    role: 'button',
    tabindex: -1,
    'data-node': node.id,
    'aria-pressed': 'false',
    'aria-label': `${name} ${detail}, ${LANE_WORD[node.lane]}${node.current ? ', current step' : ''}`,
  });
  if (node.name !== name) group.setAttribute('data-tip', node.name.slice(0, 500));
  if (node.current)
    group.append(element('rect', { class: 'dg-ring', x: -4, y: -4, width: width + 8, height: height + 8, rx: 8 }));
  group.append(element('rect', { class: 'dg-box', width, height, rx: 5 }));
  const room = width - inside.words - inside.behind;
  const lines = pen().detail(detail) > room ? 3 : 2;
  const icon = element('svg', {
    class: 'si',
    x: inside.icon,
    y: lines === 3 ? 3 : 9,
    width: 14,
    height: 14,
    'aria-hidden': 'true',
  });
  icon.append(element('use', { href: spriteHref(`s-${shapeOf(node.state)}`) }));
  const words = element('foreignObject', {
    x: inside.words,
    y: 0,
    width: room,
    height,
  });
  const first = document.createElement('span');
  first.className = 'dg-name';
  first.textContent = name;
  const second = document.createElement('span');
  second.className = 'dg-detail';
  second.textContent = detail;
  const block = document.createElement('div');
  block.className = 'dg-words';
  block.append(first, ' ', second);
  words.append(block);
  group.append(icon, words);
  return group;
}

function markerDefs(prefix: string): SVGDefsElement {
  const defs = element('defs', {});
  for (const kind of ['took', 'not']) {
    const marker = element('marker', {
      id: `${prefix}${kind}`,
      viewBox: '0 0 8 8',
      refX: 7,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      markerUnits: 'userSpaceOnUse',
      orient: 'auto',
    });
    marker.append(element('path', { d: 'M0.5 .8L7 4 .5 7.2z', class: `dg-tip-${kind}` }));
    defs.append(marker);
  }
  return defs;
}

function title(place: { x: number; y: number }, words: string): SVGTextElement {
  const text = element('text', { class: 'dg-lane', x: place.x, y: place.y });
  text.textContent = words;
  return text;
}

function laneTitles({ titles }: Grid, direction: 'LR' | 'TB'): SVGTextElement[] {
  const lying = direction === 'LR';
  const forward = title(titles.forward, lying ? 'Forward' : 'Forward ↓');
  if (titles.undo === null) return [forward];
  return [forward, title(titles.undo, lying ? 'Compensation, in reverse order' : 'Compensation ↑')];
}

/** Mermaid's arrows on our routes, in its order; those it hides are left out. */
function arrows(
  diagram: SagaDiagram,
  laid: Grid,
  svg: SVGSVGElement,
  markers: string,
  direction: 'LR' | 'TB',
): SVGElement[] {
  const known = new Set([...svg.querySelectorAll('[data-id^="L_"]')].map((path) => path.getAttribute('data-id')));
  const made = diagram.edges.flatMap(({ from, to, taken, label }, at) => {
    const route = laid.routes[at];
    const drawnByMermaid = known.size === 0 || known.has(`L_${from}_${to}_0`);
    if (route === undefined || route.path === '' || !drawnByMermaid) return [];
    const kind = taken ? 'took' : 'not';
    const path: SVGElement = element('path', {
      class: `dg-${kind}`,
      d: route.path,
      'marker-end': `url(#${markers}${kind})`,
    });
    // Upright, the lanes stand too close for words between them; the node says the same.
    if (label === null || direction === 'TB') return [{ taken, parts: [path] }];
    const text = element('text', { class: 'dg-label', x: route.label.x, y: route.label.y });
    text.setAttribute('text-anchor', route.label.anchor);
    text.textContent = label;
    return [{ taken, parts: [path, text] }];
  });
  // What was taken lies above what was not.
  return [...made.filter(({ taken }) => !taken), ...made.filter(({ taken }) => taken)].flatMap(({ parts }) => parts);
}

const middle = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });

function marks(diagram: SagaDiagram, { boxes }: Grid): SVGElement[] {
  const reached = (id: string) => diagram.edges.some((edge) => edge.to === id && edge.taken);
  const made: SVGElement[] = [];
  const [start, end, back] = [boxes.get('s'), boxes.get('e'), boxes.get('r')];
  if (start) made.push(element('circle', { class: 'dg-start', cx: middle(start).x, cy: middle(start).y, r: 5 }));
  if (end) {
    const at = middle(end);
    made.push(element('circle', { class: `dg-mark${reached('e') ? ' dg-reached' : ''}`, cx: at.x, cy: at.y, r: 6.5 }));
    if (reached('e')) made.push(element('circle', { class: 'dg-start', cx: at.x, cy: at.y, r: 3.5 }));
  }
  if (back) {
    const at = middle(back);
    made.push(
      element('path', {
        class: `dg-mark${reached('r') ? ' dg-reached' : ''}`,
        d: `M${at.x} ${at.y - 7.5}l7.5 7.5-7.5 7.5-7.5-7.5z`,
      }),
    );
  }
  return made;
}
