import { isObject, type Json, type JsonObject, mergePatch, toJson } from './json';

/** An event as a reducer is given it. Numbers of the payload are LosslessNumber: they add and compare as numbers. */
export interface ReducerEvent {
  /** Without the V suffix: `OrderPlaced`. */
  name: string;
  /** As written: `OrderPlacedV2`. */
  eventType: string;
  schemaVersion: number;
  version: bigint;
  /** ISO 8601; null where the table does not tell. */
  occurredAt: string | null;
  service: string | null;
  payload: Json;
}

/** The default: the payload merged into the state by RFC 7396. What is merged into no object is a new one. */
export type Merge = (state: JsonObject, payload: Json) => JsonObject;

/**
 * What an event makes of the state of its aggregate; the first event is given `{}`. Answers an object of plain JSON
 * values (number and bigint included). State and payload are frozen: answer a new object, or the state itself.
 */
export type StreamReducer = (state: JsonObject, event: ReducerEvent, merge: Merge) => unknown;

/** A reducer and what it is told from another by: a hash of its source. */
export interface NamedReducer {
  id: string;
  reduce: StreamReducer;
}

/** What a fold is and keeps, whatever the reducer; raised when that changes, so that older snapshots are not used. */
export const FOLD_VERSION = 2;

/** A reducer that threw, or answered what is no JSON object. */
export class ReducerFailed extends Error {
  constructor(
    readonly version: bigint,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const merge: Merge = (state, payload) => {
  const merged = mergePatch(state, payload);
  return isObject(merged) ? merged : {};
};

/** One step of a reducer. @throws ReducerFailed */
export function reduceBy({ reduce }: NamedReducer, state: Json | undefined, event: ReducerEvent): Json {
  try {
    const answer = reduce(isObject(state) ? state : {}, event, merge);
    const next = answer === undefined ? null : toJson(answer);
    if (isObject(next)) return next;
  } catch (error) {
    throw new ReducerFailed(event.version, error);
  }
  throw new ReducerFailed(event.version, 'it answered no object');
}
