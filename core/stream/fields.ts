import { type Json, jsonText } from './json';
import { arrayOf, type Change, leaves } from './leaves';
import type { StreamFold } from './fold';

/** A field of the state at a version. Values are JSON text. */
export interface Field {
  path: string;
  /** null: the event took it away. */
  value: string | null;
  /** What it was at the version before; null: there was none, or it is the same. */
  before: string | null;
  /** The version since which it has its value. */
  setBy: bigint;
  changed: boolean;
}

/**
 * The fields of a state in the order of its text, those that the last event took away after them. `changes` are the last
 * event's. Where there are more than `limit`, the changed ones are kept first, then those that are in no array: a thousand
 * lines of an order must not push out its status. `total` counts all.
 */
export function fieldsOf(
  { state, blame, course }: StreamFold,
  changes: readonly Change[],
  limit: number,
): { fields: Field[]; total: number } {
  const changed = new Map(changes.map((change) => [change.path, change]));
  const fields: Field[] = [];
  let total = 0;
  let others = Math.max(0, limit - changed.size);
  let alone = 0;
  for (const [path] of leaves(state)) if (!changed.has(path) && arrayOf(path) === null) alone += 1;
  let items = Math.max(0, others - alone);
  for (const [path, leaf] of leaves(state)) {
    total += 1;
    const change = changed.get(path);
    if (change !== undefined) {
      if (fields.length >= limit) continue;
    } else if (arrayOf(path) === null ? --others < 0 : --items < 0) continue;
    fields.push({
      path,
      value: jsonText(leaf),
      before: textOrNull(change?.before),
      setBy: blame.get(path) ?? course.last ?? 0n,
      changed: change !== undefined,
    });
  }
  for (const { path, before, after } of changes) {
    if (after !== undefined) continue;
    total += 1;
    if (fields.length < limit)
      fields.push({ path, value: null, before: textOrNull(before), setBy: course.last ?? 0n, changed: true });
  }
  return { fields, total };
}

const textOrNull = (value: Json | undefined): string | null => (value === undefined ? null : jsonText(value));
