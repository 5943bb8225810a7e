import { describe, expect, it } from 'vitest';
import { sharedRows } from './shared-rows';

interface Row {
  id: string;
  steps: string[];
}
const shared = sharedRows<Row>(({ id }) => id);
const list = (...items: Row[]) => ({ items, asOf: items.length });

describe('rows of a list that is read again', () => {
  it('stay the same objects where they read as before, wherever they stand', () => {
    const before = list({ id: 'a', steps: ['x'] }, { id: 'b', steps: ['y'] });
    const after = list({ id: 'new', steps: [] }, { id: 'b', steps: ['y', 'z'] }, { id: 'a', steps: ['x'] });
    const result = shared(before, after) as typeof after;
    expect(result).toEqual(after);
    expect(result.items[2]).toBe(before.items[0]);
    expect(result.items[1]).not.toBe(before.items[1]);
  });

  it('are the same list where nothing changed: a query shares its placeholder with itself at each drawing', () => {
    const before = list({ id: 'a', steps: ['x'] }, { id: 'b', steps: [] });
    expect(shared(before, before)).toBe(before);
    expect(shared(before, structuredClone(before))).toBe(before);
    expect(shared(before, list({ id: 'b', steps: [] }, { id: 'a', steps: ['x'] }))).not.toBe(before);
    expect(shared(before, { ...before, asOf: 3 })).toEqual({ ...before, asOf: 3 });
  });

  it('are as they came the first time', () => {
    const after = list({ id: 'a', steps: [] });
    expect(shared(undefined, after)).toBe(after);
  });
});
