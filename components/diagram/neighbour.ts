import type { SagaDiagram } from '@/core/contract/sagas';
import type { Grid } from '@/core/diagram/grid';

export type ArrowKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export const isArrowKey = (key: string): key is ArrowKey => /^Arrow(Left|Right|Up|Down)$/.test(key);

const WAY = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;

/**
 * The node that an arrow key leads to: at the other end of an arrow of this node, in the key's direction, nearest first.
 * The step above and the undo below it count as joined. Null: there is none that way.
 */
export function neighbour(diagram: SagaDiagram, grid: Grid, id: string, key: ArrowKey): string | null {
  const here = grid.boxes.get(id);
  if (here === undefined) return null;
  const own = diagram.nodes.find((node) => node.id === id);
  const joined = new Set<string>();
  for (const { from, to } of diagram.edges) {
    if (from === id) joined.add(to);
    if (to === id) joined.add(from);
  }
  for (const node of diagram.nodes) if (node.stepName === own?.stepName && node.id !== id) joined.add(node.id);
  const [wayX, wayY] = WAY[key];
  let best: { id: string; distance: number } | null = null;
  for (const node of diagram.nodes) {
    const there = grid.boxes.get(node.id);
    if (!joined.has(node.id) || there === undefined) continue;
    const dx = there.x - here.x;
    const dy = there.y - here.y;
    const along = dx * wayX + dy * wayY;
    const aside = Math.abs(dx * wayY) + Math.abs(dy * wayX);
    if (along <= 0) continue;
    const distance = along + 2 * aside;
    if (best === null || distance < best.distance) best = { id: node.id, distance };
  }
  return best?.id ?? null;
}
