export interface Route {
  /** SVG path, elbows rounded. */
  path: string;
  /** Where its label stands, and how it is anchored there. */
  label: { x: number; y: number; anchor: 'start' | 'end' };
}

const RADIUS = 6;

/** A line through corner points (x, y, x, y, …); every corner is rounded, less where a leg is short. */
export function route(numbers: readonly number[], label: Route['label']): Route {
  const points: Point[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) points.push([numbers[at] ?? 0, numbers[at + 1] ?? 0]);
  const path = points.map((point, at) => {
    const before = points[at - 1];
    const after = points[at + 1];
    if (!before) return `M${point.join(' ')}`;
    if (!after) return `L${point.join(' ')}`;
    return `L${toward(point, before).join(' ')}Q${point.join(' ')} ${toward(point, after).join(' ')}`;
  });
  return { path: path.join(''), label };
}

type Point = readonly [x: number, y: number];

function toward([x, y]: Point, [toX, toY]: Point): Point {
  const distance = Math.hypot(toX - x, toY - y);
  const radius = Math.min(RADIUS, distance / 2);
  return distance === 0 ? [x, y] : [x + ((toX - x) / distance) * radius, y + ((toY - y) / distance) * radius];
}
