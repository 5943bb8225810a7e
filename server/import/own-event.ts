import { type Fields, objectIn } from './json-object';
import { bad, eventOf, type Identity, type Imported, jsonText, nameOf, type ReadOptions } from './row';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What bigint and int hold; the version after a stream's last one has to fit too. */
const HIGHEST_VERSION = 9_223_372_036_854_775_806n;
const HIGHEST_EVENT_VERSION = 2_147_483_647;

export const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/**
 * An event in the words of our own API and exports: payload and metadata are JSON values, or JSON text in a string. One
 * with an `eventId` that is a UUID is an event of an event store and keeps id, version and schema version (decision
 * 0010); in a stream of another type than its own it would be another event, and is read as one of a log.
 */
export function ownEvent(fields: Fields, at: string, options: ReadOptions): Imported {
  const json = { payload: 'null', metadata: 'null' };
  for (const name of ['payload', 'metadata'] as const) {
    const value = fields[name] ?? null;
    if (typeof value !== 'string') json[name] = jsonText(value);
    else {
      const inner = objectIn(`{"${name}":${value}}`);
      if ('wrong' in inner) return bad(at, `${name} ${inner.wrong}`);
      json[name] = value;
    }
  }
  if (json.metadata !== 'null' && !json.metadata.trimStart().startsWith('{'))
    return bad(at, 'metadata is no JSON object');
  const identity = options.aggregateType === undefined ? identityOf(fields, at) : null;
  if (identity !== null && 'kind' in identity) return identity;
  return eventOf(
    at,
    {
      type: options.aggregateType ?? word(fields.aggregateType) ?? (identity === null ? options.defaultType : ''),
      caseId: fields.aggregateId,
      activity: fields.eventType,
      time: fields.occurredAt,
    },
    { payload: json.payload, metadata: json.metadata === 'null' ? null : json.metadata },
    identity,
  );
}

/** What makes it an event of an event store; null: nothing does. */
function identityOf(fields: Fields, at: string): Identity | Imported | null {
  const eventId = word(fields.eventId);
  if (eventId === null || !UUID.test(eventId)) return null;
  const version = nameOf(fields.version);
  if (version !== null && !(/^\d{1,19}$/.test(version) && BigInt(version) <= HIGHEST_VERSION)) {
    return bad(at, `version ${version.slice(0, 60)} is no whole number of 64 bits`);
  }
  const eventVersion = nameOf(fields.eventVersion) ?? '1';
  if (!/^[1-9]\d{0,9}$/.test(eventVersion) || Number(eventVersion) > HIGHEST_EVENT_VERSION) {
    return bad(at, `eventVersion ${eventVersion.slice(0, 60)} is no schema version: 1, 2, 3 …`);
  }
  return { eventId: eventId.toLowerCase(), version, eventVersion: Number(eventVersion), at };
}
