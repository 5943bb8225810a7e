import { addAnomaly, type Course, type CourseEvent, emptyCourse, follow, type LeftOut } from './course';
import { isObject, type Json, jsonText, parseJson, toJson, TooDeep } from './json';
import { type Change, changesBetween } from './leaves';
import { mergeInto } from './merge';
import { FOLD_VERSION, type NamedReducer, reduceBy } from './reducer';

/** An event with its payload as JSON text; null: it is larger than {@link MOST_PAYLOAD_BYTES} and was not read. */
export interface StreamEvent extends CourseEvent {
  eventType: string;
  /** Epoch ms; null where the table does not tell. */
  occurredAt: number | null;
  payload: string | null;
}

/** A payload above this is not folded: it would be kept in memory many times over. */
export const MOST_PAYLOAD_BYTES = 1_048_576;
/** A state above this (characters of its paths and values) takes no more events in. */
export const MOST_STATE_SIZE = 4_194_304;

/** A stream as far as it was folded. {@link applyEvent} changes it, its `state` included. */
export interface StreamFold {
  state: Json | undefined;
  /** Path of each leaf of the state → the version since which it has its value. */
  blame: Map<string, bigint>;
  /** Characters of all paths and leaves. */
  size: number;
  full: boolean;
  course: Course;
}

export const emptyFold = (): StreamFold => ({
  state: undefined,
  blame: new Map(),
  size: 0,
  full: false,
  course: emptyCourse(),
});

/** How the streams of a type are folded; null: by merge. */
export const foldId = (reducer: NamedReducer | null): string =>
  reducer === null ? `merge:${FOLD_VERSION}` : `${FOLD_VERSION}:${reducer.id}`;

/**
 * Takes the next event in, by version and then position, and answers the fields that it changed. Without a reducer its
 * payload is merged into the state by RFC 7396. A payload that cannot be taken in is left out, and named as an anomaly.
 * @throws ReducerFailed; the fold is then to be thrown away.
 */
export function applyEvent(fold: StreamFold, event: StreamEvent, reducer: NamedReducer | null): Change[] {
  follow(fold.course, event);
  const payload = payloadOf(fold, event);
  if (payload instanceof NotTaken) {
    leaveOut(fold, event.version, payload.leftOut);
    return [];
  }
  const { next, changes } = reducer ? reduced(reducer, fold.state, event, payload) : mergeInto(fold.state, payload);
  fold.state = next;
  for (const change of changes) take(fold, change, event.version);
  return changes;
}

/** A reducer is given what it cannot change, and may answer any part of it again. */
function reduced(reducer: NamedReducer, state: Json | undefined, event: StreamEvent, payload: Json) {
  const before = state === undefined ? undefined : toJson(state);
  const next = reduceBy(reducer, before, {
    name: event.name,
    eventType: event.eventType,
    schemaVersion: event.eventVersion,
    version: event.version,
    occurredAt: event.occurredAt === null ? null : new Date(event.occurredAt).toISOString(),
    service: event.service,
    payload: toJson(payload),
  });
  return { next, changes: changesBetween(before, next) };
}

/** Several changes one after the other as one: what a field was before the first and is after the last. */
export function combined(changes: readonly Change[]): Change[] {
  const byPath = new Map<string, Change>();
  for (const change of changes) {
    const known = byPath.get(change.path);
    byPath.set(change.path, known ? { ...known, after: change.after } : change);
  }
  return [...byPath.values()].filter(({ before, after }) => textOf(before) !== textOf(after));
}

const textOf = (value: Json | undefined): string | undefined => (value === undefined ? undefined : jsonText(value));

function take(fold: StreamFold, { path, before, after }: Change, version: bigint): void {
  if (before !== undefined) fold.size -= sizeOf(path, before);
  if (after === undefined) {
    fold.blame.delete(path);
    return;
  }
  fold.size += sizeOf(path, after);
  fold.blame.set(path, version);
}

const sizeOf = (path: string, leaf: Json): number =>
  path.length + (typeof leaf === 'string' ? leaf.length : isObject(leaf) ? 2 : String(leaf).length);

class NotTaken {
  constructor(readonly leftOut: LeftOut) {}
}

function payloadOf(fold: StreamFold, { payload }: StreamEvent): Json | NotTaken {
  if (payload === null) return new NotTaken('oversized');
  if (fold.size > MOST_STATE_SIZE) return new NotTaken('state_full');
  try {
    return parseJson(payload);
  } catch (error) {
    // A table that others made may hold text that is no JSON.
    if (error instanceof SyntaxError || error instanceof TooDeep) return new NotTaken('unreadable');
    throw error;
  }
}

function leaveOut(fold: StreamFold, version: bigint, kind: LeftOut): void {
  // A full state stays full: said once.
  if (kind === 'state_full' && fold.full) return;
  if (kind === 'state_full') fold.full = true;
  addAnomaly(fold.course, { kind, version, from: null, to: null });
}
