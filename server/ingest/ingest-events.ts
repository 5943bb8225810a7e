import { parse, stringify } from 'lossless-json';
import { v5 as uuidV5 } from 'uuid';
import { CloudEvent, EventEntry, type IngestedEvents, type IngestEventsInput } from '@/core/contract/ingest';
import { permit } from '@/server/auth/permit';
import { eventStoreColumns, metadataWord } from '@/server/db/event-store';
import { columnTypes, insertRows, lastVersions, lockStreams, standingEvents, type TextRow } from '@/server/db/ingest';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { eventFields } from './cloud-event';
import { itemsOf, parseItem, refuseItem } from './items';
import { refuseForeign, writesEverything } from './reach';
import { isUniqueViolation, logRefusal } from './refused';

/** Others may append to the same stream at the same moment: so often the next version is asked for again. */
const TRIES = 10;
const JSON_FIELDS = ['payload', 'metadata'];

/**
 * Appends events to event_store, all or none. An event is known by its id: the same again is answered as known and not
 * written, other content under that id, or in its place in the stream, is refused.
 * @throws Problem `invalid` naming the item, `duplicate`, `forbidden`, `unavailable`
 */
export async function ingestEvents(ctx: Ctx, { document }: IngestEventsInput): Promise<IngestedEvents> {
  permit(ctx, 'logs.ingest');
  const events = eventsOf(document);
  events.forEach((event, index) =>
    refuseForeign(ctx.actor, `Item [${index}]`, { tenantId: tenantOf(event.metadata ?? null) }),
  );
  for (let tries = 1; ; tries += 1) {
    try {
      return await ctx.db.transaction((query) => append(query, ctx, events));
    } catch (error) {
      if (!isUniqueViolation(error)) throw logRefusal(error, 'event_store');
      if (tries === TRIES) {
        const detail = 'Others append to the same streams all the time. Nothing was written; try again in a moment.';
        throw new Problem('unavailable', detail, { cause: error });
      }
    }
  }
}

type Event = EventEntry & { eventId: string };

function eventsOf({ text, format }: IngestEventsInput['document']): Event[] {
  if (format === 'json') {
    return itemsOf(text, { jsonFields: JSON_FIELDS }).map((item, index) => identified(item, index));
  }
  if (format === 'cloudevent' && /^\s*\[/.test(text)) {
    throw new Problem('invalid', 'Send several CloudEvents as application/cloudevents-batch+json.');
  }
  if (format === 'cloudevents' && !/^\s*\[/.test(text)) {
    throw new Problem('invalid', 'A batch of CloudEvents is a JSON array.');
  }
  return itemsOf(text, { jsonFields: ['data'], jsonStrings: true }).map((item, index) =>
    identified(eventFields(parseItem(CloudEvent, item, index)), index),
  );
}

/** Namespace of the ids of events that were sent without one: UUIDv5 of their place. */
const PLACE_NAMESPACE = '8f0a3c52-6d0b-5c1e-9a53-0b6a9a2d7c44';

function identified(item: unknown, index: number): Event {
  const event = parseItem(EventEntry, item, index);
  if (event.eventId) return { ...event, eventId: event.eventId.toLowerCase() };
  if (event.version) {
    const place = JSON.stringify([event.aggregateType, event.aggregateId, event.version]);
    return { ...event, eventId: uuidV5(place, PLACE_NAMESPACE) };
  }
  throw refuseItem(index, 'eventId', 'give an eventId or a version: without both, a repeat would be a second event');
}

/** The tenant in the metadata, read in snake_case, then camelCase, then with a leading $. */
function tenantOf(metadata: string | null): string | null {
  const value: unknown = metadata === null ? null : parse(metadata);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  for (const key of ['tenant_id', 'tenantId', '$tenantId']) {
    const found: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : null;
    if (typeof found === 'string') return found;
    // PostgreSQL's ->> makes text of whatever it is, and that is the tenant then.
    if (found !== null && found !== undefined) return stringify(found) ?? null;
  }
  return null;
}

const streamKey = (type: string, id: string): string => JSON.stringify([type, id]);

const toRow = (event: Event): TextRow => ({
  event_id: event.eventId,
  aggregate_type: event.aggregateType,
  aggregate_id: event.aggregateId,
  version: event.version ?? null,
  event_type: event.eventType,
  event_version: String(event.eventVersion),
  payload: event.payload,
  metadata: event.metadata ?? '{}',
  occurred_at: event.occurredAt ?? null,
});

async function append(query: Query, ctx: Ctx, events: readonly Event[]): Promise<IngestedEvents> {
  const types = await columnTypes(query, 'event_store');
  if (!types.has('event_id')) {
    throw new Problem(
      'unavailable',
      'This event_store has no column event_id, so a repeat cannot be told from a new event. Its owner adds it with ALTER TABLE public.event_store ADD COLUMN event_id uuid UNIQUE.',
    );
  }
  const rows = events.map(toRow);
  await lockStreams(query, events);
  if (!writesEverything(ctx.actor)) await refuseForeignStreams(query, ctx, events);
  const standing = await standingEvents(query, rows, types);
  const answers: (IngestedEvents['items'][number] | undefined)[] = [];
  for (const { n, position, version, same, by } of standing) {
    const event = events[n];
    if (!event) continue;
    if (!same) throw taken(n, event, by);
    answers[n] = { eventId: event.eventId, position, version, known: true };
  }
  const fresh = firstOnes(events, rows, answers);
  await numbered(query, events, rows, fresh, types);
  const written = fresh.map((n) => columnsThere(rows[n] ?? {}, n, types));
  const places = await insertRows<{ position: string; version: string; event_id: string }>(
    query,
    'event_store',
    written,
    types,
    'position::text AS position, version::text AS version, event_id::text AS event_id',
  );
  const byId = new Map(places.map((place) => [place.event_id, place]));
  const isFresh = new Set(fresh);
  return {
    items: events.map(({ eventId }, n) => {
      const place = byId.get(eventId);
      const answer =
        answers[n] ?? (place && { eventId, position: place.position, version: place.version, known: !isFresh.has(n) });
      if (!answer) throw new Error(`event ${eventId} was not written`);
      return answer;
    }),
  };
}

function taken(index: number, event: Event, by: 'id' | 'place'): Problem {
  const what =
    by === 'id'
      ? `event ${event.eventId} is there already with other content`
      : `version ${event.version} of ${event.aggregateType}/${event.aggregateId} is another event`;
  return new Problem('duplicate', `Item [${index}]: ${what}. Nothing was written.`, {
    issues: [{ path: `[${index}]`, message: what }],
  });
}

/** The places of the events to write: not known yet, and of those given twice the first. */
function firstOnes(events: readonly Event[], rows: readonly TextRow[], answers: readonly unknown[]): number[] {
  const seen = new Map<string, number>();
  const first: number[] = [];
  events.forEach((event, n) => {
    if (answers[n] !== undefined) return;
    const before = seen.get(event.eventId);
    if (before === undefined) {
      seen.set(event.eventId, n);
      first.push(n);
    } else if (JSON.stringify(rows[before]) !== JSON.stringify(rows[n])) {
      const what = `event ${event.eventId} stands twice in this request, with different content`;
      throw new Problem('duplicate', `Item [${n}]: ${what}. Nothing was written.`);
    }
  });
  return first;
}

/** Gives each event without a version the next of its stream, in the order of the request. */
async function numbered(
  query: Query,
  events: readonly Event[],
  rows: TextRow[],
  fresh: readonly number[],
  types: Awaited<ReturnType<typeof columnTypes>>,
): Promise<void> {
  const streams = new Map(events.map((event) => [streamKey(event.aggregateType, event.aggregateId), event]));
  const last = new Map(
    (await lastVersions(query, [...streams.values()], types)).map((stream) => [
      streamKey(stream.aggregateType, stream.aggregateId),
      BigInt(stream.version),
    ]),
  );
  const places = new Set<string>();
  for (const n of fresh) {
    const event = events[n];
    if (!event) continue;
    const key = streamKey(event.aggregateType, event.aggregateId);
    const before = last.get(key);
    const version = event.version ? BigInt(event.version) : (before ?? 0n) + 1n;
    const place = `${version} ${key}`;
    if (places.has(place)) throw taken(n, { ...event, version: version.toString() }, 'place');
    places.add(place);
    if (before === undefined || version > before) last.set(key, version);
    rows[n] = { ...rows[n], version: version.toString() };
  }
}

/** Leaves out what an adopted table has no column for, unless that would lose something. */
function columnsThere(row: TextRow, index: number, types: ReadonlyMap<string, string>): TextRow {
  const empty: Record<string, string | null> = {
    aggregate_type: '',
    event_version: '1',
    metadata: '{}',
    occurred_at: null,
  };
  const there: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(row)) {
    if (types.has(name)) there[name] = value;
    else if (value !== empty[name]) throw refuseItem(index, '', `this event_store has no column ${name}`);
  }
  return there;
}

/** A limited grant appends only to streams whose last event it reaches. */
async function refuseForeignStreams(query: Query, ctx: Ctx, events: readonly Event[]): Promise<void> {
  const columns = await eventStoreColumns(query);
  const type = columns.has('aggregate_type') ? 'e.aggregate_type = s.t AND ' : '';
  const streams = await query<{ aggregateType: string; aggregateId: string; tenantId: string | null }>(
    `SELECT s.t AS "aggregateType", s.i AS "aggregateId", last.tenant AS "tenantId"
     FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS u(t, i)) s
     CROSS JOIN LATERAL (SELECT ${metadataWord(columns, 'tenant_id')} AS tenant FROM public.event_store e
       WHERE ${type}e.aggregate_id::text = s.i ORDER BY e.version DESC LIMIT 1) last`,
    [events.map((event) => event.aggregateType), events.map((event) => event.aggregateId)],
  );
  for (const { aggregateType, aggregateId, tenantId } of streams) {
    refuseForeign(ctx.actor, `Stream ${aggregateType}/${aggregateId}`, { tenantId });
  }
}
