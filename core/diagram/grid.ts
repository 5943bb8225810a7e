import { type Route, route } from './route';

/** Sizes in px, after the pictures: nodes of one height, one width for all, columns and lanes apart by fixed gaps. */
export interface GridNode {
  id: string;
  lane: 'forward' | 'undo';
  column: number;
  row: number;
  /** Has a ring around it: arrows end at the ring. */
  current?: boolean;
}

export interface GridEdge {
  from: string;
  to: string;
  /** An arrow to the first undo that was not taken comes from the side: the path itself comes from above. */
  taken: boolean;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Grid {
  width: number;
  height: number;
  boxes: ReadonlyMap<string, Box>;
  routes: readonly Route[];
  /** Where the titles of the two lanes stand. */
  titles: { forward: { x: number; y: number }; undo: { x: number; y: number } | null };
}

export const NODE_HEIGHT = 46;
const MARGIN = 8;
const MARK = 14;
const ROW_GAP = 22;
const RING = 5;
const TITLE = 22;

/** Space between columns (or, upright, rows), between the lanes, and from a mark to its node. */
const GAPS = {
  LR: { column: 32, lane: 72, mark: 20 },
  tight: { column: 20, lane: 72, mark: 18 },
  TB: { column: 22, lane: 14, mark: 14 },
} as const;

/**
 * Places of nodes, marks (`s`, `e`, `r`) and arrows: the forward lane straight on top (upright: on the left), each undo
 * under the step it undoes. `edges` keep their order in `routes`. `tight`: lying, columns stand closer, for a panel that
 * is too narrow. Pure: same input, same picture.
 */
export function grid(
  nodes: readonly GridNode[],
  edges: readonly GridEdge[],
  nodeWidth: number,
  direction: 'LR' | 'TB',
  tight = false,
): Grid {
  return direction === 'LR'
    ? lying(nodes, edges, nodeWidth, tight ? GAPS.tight : GAPS.LR)
    : upright(nodes, edges, nodeWidth);
}

const placesOf = (nodes: readonly GridNode[], axis: 'column' | 'row'): number =>
  1 + nodes.reduce((last, node) => Math.max(last, node[axis]), 0);

/** How many columns and rows the lanes take. */
function extent(nodes: readonly GridNode[]) {
  const undo = nodes.filter(({ lane }) => lane === 'undo');
  return {
    columns: placesOf(nodes, 'column'),
    forwardRows: placesOf(
      nodes.filter(({ lane }) => lane === 'forward'),
      'row',
    ),
    undo,
    undoRows: undo.length === 0 ? 0 : placesOf(undo, 'row'),
  };
}

function lying(
  nodes: readonly GridNode[],
  edges: readonly GridEdge[],
  width: number,
  gaps: typeof GAPS.LR | typeof GAPS.tight,
): Grid {
  const { columns, forwardRows, undo, undoRows } = extent(nodes);
  const left = MARGIN + MARK + gaps.mark;
  const rowY = (row: number) => row * (NODE_HEIGHT + ROW_GAP);
  const forwardY = MARGIN + TITLE;
  const undoY = forwardY + rowY(forwardRows - 1) + NODE_HEIGHT + gaps.lane;
  const columnX = (column: number) => left + column * (width + gaps.column);
  const boxes = new Map<string, Box>();
  for (const node of nodes) {
    const y = (node.lane === 'forward' ? forwardY : undoY) + rowY(node.row);
    boxes.set(node.id, { x: columnX(node.column), y, width, height: NODE_HEIGHT });
  }
  const markY = (top: number) => top + (NODE_HEIGHT - MARK) / 2;
  const right = columnX(columns) - gaps.column + gaps.mark;
  boxes.set('s', { x: MARGIN, y: markY(forwardY), width: MARK, height: MARK });
  boxes.set('e', { x: right, y: markY(forwardY), width: MARK, height: MARK });
  if (undoRows > 0) {
    const first = undo.reduce((min, { column }) => Math.min(min, column), columns);
    boxes.set('r', { x: columnX(first) - gaps.mark - MARK, y: markY(undoY), width: MARK, height: MARK });
  }
  const bottom = undoRows === 0 ? undoY - gaps.lane : undoY + rowY(undoRows - 1) + NODE_HEIGHT;
  return {
    width: right + MARK + MARGIN,
    height: bottom + MARGIN + 12,
    boxes,
    routes: edges.map((edge) => lyingRoute(edge, outlines(nodes, boxes), undoY)),
    titles: {
      forward: { x: left, y: MARGIN + 10 },
      undo:
        undoRows === 0
          ? null
          : { x: columnX(undo.reduce((min, { column }) => Math.min(min, column), columns)), y: undoY - 11 },
    },
  };
}

function upright(nodes: readonly GridNode[], edges: readonly GridEdge[], width: number): Grid {
  const gaps = GAPS.TB;
  const { columns, forwardRows, undoRows } = extent(nodes);
  const forwardX = MARGIN;
  const undoX = forwardX + forwardRows * (width + gaps.lane);
  const top = MARGIN + TITLE;
  const boxes = new Map<string, Box>();
  for (const node of nodes) {
    const x = (node.lane === 'forward' ? forwardX : undoX) + node.row * (width + gaps.lane);
    boxes.set(node.id, { x, y: top + node.column * (NODE_HEIGHT + gaps.column), width, height: NODE_HEIGHT });
  }
  const bottom = top + columns * (NODE_HEIGHT + gaps.column) - gaps.column;
  return {
    width: (undoRows === 0 ? undoX : undoX + undoRows * (width + gaps.lane)) - gaps.lane + MARGIN,
    height: bottom + MARGIN,
    boxes,
    routes: edges.map((edge) => uprightRoute(edge, outlines(nodes, boxes), undoX)),
    titles: { forward: { x: forwardX, y: MARGIN + 10 }, undo: undoRows === 0 ? null : { x: undoX, y: MARGIN + 10 } },
  };
}

/** What arrows meet: the boxes, and the ring around the current one. */
function outlines(nodes: readonly GridNode[], boxes: ReadonlyMap<string, Box>): ReadonlyMap<string, Box> {
  const met = new Map(boxes);
  for (const { id, current } of nodes) {
    const box = boxes.get(id);
    if (!current || !box) continue;
    const { x, y, width, height } = box;
    met.set(id, { x: x - RING, y: y - RING, width: width + 2 * RING, height: height + 2 * RING });
  }
  return met;
}

const middle = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });
const NOWHERE: Route = { path: '', label: { x: 0, y: 0, anchor: 'start' } };

function lyingRoute({ from, to, taken }: GridEdge, boxes: ReadonlyMap<string, Box>, undoY: number): Route {
  const a = boxes.get(from);
  const b = boxes.get(to);
  if (!a || !b) return NOWHERE;
  const [p, q] = [middle(a), middle(b)];
  if (p.y < undoY && q.y >= undoY) {
    const down = a.y + a.height;
    if (p.x === q.x) return route([p.x, down, q.x, b.y], { x: p.x + 8, y: down + 20, anchor: 'start' });
    if (!taken) return route([p.x, down, p.x, q.y, b.x + b.width, q.y], { x: p.x + 8, y: q.y - 8, anchor: 'start' });
    const channel = Math.max(down, undoY - GAPS.LR.lane) + 37;
    const label: Route['label'] = { x: p.x - 12, y: channel - 6, anchor: 'end' };
    return route([p.x, down, p.x, channel, q.x, channel, q.x, b.y], label);
  }
  const onward = q.x > p.x;
  if (p.y === q.y && skips(a, b, boxes)) {
    // An arrow past other nodes runs outside its lane: above the steps, below the undos.
    const below = p.y >= undoY;
    const side = below ? a.y + a.height : a.y;
    const y = below ? side + 8 : side - 8;
    return route([p.x, side, p.x, y, q.x, y, q.x, side], { x: p.x + 8, y: y - 4, anchor: 'start' });
  }
  const [start, end] = onward ? [a.x + a.width, b.x] : [a.x, b.x + b.width];
  const bend = onward ? end - 16 : end + 16;
  const corners = p.y === q.y ? [] : [bend, p.y, bend, q.y];
  return route([start, p.y, ...corners, end, q.y], { x: start + 4, y: p.y - 6, anchor: 'start' });
}

function uprightRoute({ from, to }: GridEdge, boxes: ReadonlyMap<string, Box>, undoX: number): Route {
  const a = boxes.get(from);
  const b = boxes.get(to);
  if (!a || !b) return NOWHERE;
  const [p, q] = [middle(a), middle(b)];
  if (p.x < undoX && q.x >= undoX) {
    const right = a.x + a.width;
    const channel = undoX - GAPS.TB.lane / 2;
    const corners = p.y === q.y ? [] : [channel, p.y, channel, q.y];
    return route([right, p.y, ...corners, b.x, q.y], { x: channel, y: p.y, anchor: 'end' });
  }
  const onward = q.y > p.y;
  const [start, end] = onward ? [a.y + a.height, b.y] : [a.y, b.y + b.height];
  const bend = onward ? end - 11 : end + 11;
  const corners = p.x === q.x ? [] : [p.x, bend, q.x, bend];
  return route([p.x, start, ...corners, q.x, end], { x: p.x + 6, y: start + 12, anchor: 'start' });
}

/** Whether another node stands on the straight line between two of one row. */
function skips(a: Box, b: Box, boxes: ReadonlyMap<string, Box>): boolean {
  const [from, to] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const { y } = middle(a);
  return [...boxes.values()].some((box) => middle(box).y === y && box.x > from && box.x < to);
}
