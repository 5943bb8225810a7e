/** A generator of numbers in [0, 1) that depends on its seeds alone (mulberry32 over an FNV-1a hash of them). */
export function randomOf(...seeds: (string | number)[]): () => number {
  let state = 0x811c9dc5;
  for (const char of seeds.join('|')) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of `items`, by their weights. */
export function pick<T>(random: () => number, items: readonly (readonly [T, number])[]): T {
  let at = random() * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) {
    at -= weight;
    if (at < 0) return item;
  }
  const last = items.at(-1);
  if (!last) throw new RangeError('nothing to pick from');
  return last[0];
}

/** A short id as payment providers write them: `pay_9cK2vT`. */
export function shortId(prefix: string, random: () => number): string {
  const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  return prefix + Array.from({ length: 8 }, () => letters[Math.floor(random() * letters.length)]).join('');
}
