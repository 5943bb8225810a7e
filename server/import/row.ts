import { LosslessNumber, stringify } from 'lossless-json';
import type { ImportOptions } from '@/core/contract/imports';
import type { StagedRow } from '@/server/db/import-stage';
import { parseTime } from './time';

/** One item (a line, an event with its attributes) at most, in characters: a longer one is left out. */
export const ITEM_CHARACTERS = 16 * 1024 * 1024;
/** A case, an activity, a type: names, not texts. */
export const NAME_CHARACTERS = 500;

/** An event as it goes to the staging table; payload and metadata are JSON text. */
export interface ImportedEvent {
  kind: 'event';
  type: string;
  caseId: string;
  activity: string;
  /** UTC, to the microsecond. */
  time: string;
  payload: string;
  metadata: string | null;
  /** Null: an event of a log, which has no id of its own. */
  identity: Identity | null;
}

/** What an event of an event store, as a console exports it, is beside an event of a log. */
export interface Identity {
  eventId: string;
  /** Digits; null: the next of its stream. */
  version: string | null;
  /** Of its schema. */
  eventVersion: number;
  /** Where in the file it stands, for what is said of it when all of the file is known. */
  at: string;
}

/** OCEL: an object and its type; which events count is known when all objects are. */
export interface ImportedObject {
  kind: 'object';
  id: string;
  type: string;
}

/** A line that is left out, and why. */
export interface BadLine {
  kind: 'bad';
  /** `line 12`, or `event 12` where a file has no lines. */
  at: string;
  message: string;
}
export type Imported = ImportedEvent | ImportedObject | BadLine;

/** How a file is read, with what its name adds. */
export interface ReadOptions extends ImportOptions {
  /** Where neither an option nor the event tells one. */
  defaultType: string;
}

/** The file as a whole cannot be imported; the message is a sentence for a person. */
export class ImportFailure extends Error {
  override readonly name = 'ImportFailure';
}

export const bad = (at: string, message: string): BadLine => ({ kind: 'bad', at, message });

/** Makes an event of its parts, or says what is wrong with them. */
export function eventOf(
  at: string,
  parts: { type: string; caseId: unknown; activity: unknown; transition?: unknown; time: unknown },
  json: { payload: string; metadata?: string | null },
  identity: Identity | null = null,
): ImportedEvent | BadLine {
  const caseId = nameOf(parts.caseId);
  const name = nameOf(parts.activity);
  const transition = nameOf(parts.transition);
  if (caseId === null) return bad(at, 'has no case');
  if (name === null) return bad(at, 'has no activity');
  const activity = transition === null ? name : `${name}+${transition}`;
  for (const [what, text] of Object.entries({ 'The case': caseId, 'The activity': activity, 'The type': parts.type })) {
    if (text.length > NAME_CHARACTERS) return bad(at, `${what} is longer than ${NAME_CHARACTERS} characters`);
    if (unstorable(text))
      return bad(at, `${what} has a character that cannot be stored (NUL or half a surrogate pair)`);
  }
  const text = nameOf(parts.time);
  if (text === null) return bad(at, 'has no time');
  const time = parseTime(text);
  if (time === null) return bad(at, `"${text.slice(0, 60)}" is no time: write it as 2026-01-31T12:00:00Z`);
  return {
    kind: 'event',
    type: parts.type,
    caseId,
    activity,
    time,
    payload: json.payload,
    metadata: json.metadata ?? null,
    identity,
  };
}

/** An event as a row of the staging table. */
export const stagedEvent = ({ identity, ...event }: ImportedEvent): StagedRow => [
  'e',
  event.type,
  event.caseId,
  event.activity,
  event.time,
  event.payload,
  event.metadata,
  identity?.eventId ?? null,
  identity?.version ?? null,
  identity === null ? null : String(identity.eventVersion),
  identity?.at ?? null,
];

/** Exact bytes, no trimming; a number keeps its digits; empty is none. */
export function nameOf(value: unknown): string | null {
  if (value instanceof LosslessNumber) return value.value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What neither text nor jsonb can hold. */
export const unstorable = (text: string): boolean => text.includes('\0') || /\p{Surrogate}/u.test(text);

/** JSON text of a value that lossless-json read. */
export const jsonText = (value: unknown): string => stringify(value) ?? 'null';
