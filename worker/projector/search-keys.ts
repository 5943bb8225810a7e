import { parse } from 'lossless-json';
import { type Identifier, identifiersIn } from '@/core/search/identifiers';
import { eventKeys, placeKeys, type SearchKey, valueKeys } from '@/core/search/keys';
import type { EventHead } from '@/server/db/event-store';
import type { Query } from '@/server/db/query';
import { indexable, NAME_CHARACTERS, storable } from './storable';

/** A payload above this is looked at in its outermost values alone; bytes of its text. */
const PAYLOAD_BYTES = 64 * 1024;
const PAYLOADS_AT_ONCE = 1_000;
/** Five texts share an entry of the index: these limits keep the longest under its 2,704 bytes. */
const TYPE_CHARACTERS = 100;
const TARGET_CHARACTERS = 300;

export interface TenantKey extends SearchKey {
  tenantId: string;
}

/** Tells two keys apart as the table does: no text in it has a NUL. */
export const keyText = ({ tenantId, kind, value, targetType, target }: TenantKey): string =>
  `${tenantId}\0${kind}\0${value}\0${targetType}\0${target}`;

/** Keys as parameters, one array for each column: tenant, kind, value, target type, target, field. */
export const searchKeyArguments = (keys: readonly TenantKey[]): unknown[] => [
  keys.map(({ tenantId }) => indexable(tenantId, NAME_CHARACTERS)),
  keys.map(({ kind }) => kind),
  keys.map(({ value }) => storable(value)),
  keys.map(({ targetType }) => indexable(targetType, TYPE_CHARACTERS)),
  keys.map(({ target }) => indexable(target, TARGET_CHARACTERS)),
  keys.map(({ field }) => storable(field)),
];

/** Adds what is not there yet: what a value was first found as stays. */
export async function saveSearchKeys(query: Query, keys: Iterable<TenantKey>): Promise<void> {
  const rows = new Map<string, TenantKey>();
  for (const key of keys) {
    const name = keyText(key);
    if (!rows.has(name)) rows.set(name, key);
  }
  if (rows.size === 0) return;
  await query(
    `INSERT INTO sagascope.search_key (tenant_id, kind, value, target_type, target, field)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS r(t, k, v, y, g, f)
     ORDER BY t COLLATE "C", k COLLATE "C", v COLLATE "C" ON CONFLICT DO NOTHING`,
    searchKeyArguments([...rows.values()]),
  );
}

/** Keeps what the search box finds of events. Order does not matter to it, so a late event is like any other. */
export async function projectSearchKeys(query: Query, events: readonly EventHead[]): Promise<void> {
  for (let from = 0; from < events.length; from += PAYLOADS_AT_ONCE) {
    const some = events.slice(from, from + PAYLOADS_AT_ONCE);
    const found = await payloadIdentifiers(query, some);
    await saveSearchKeys(query, keysOfEvents(some, found));
  }
}

/** The keys of many events: an order's ten events stand in one place and tell the same values over and over. */
function keysOfEvents(events: readonly EventHead[], found: ReadonlyMap<bigint, readonly Identifier[]>): TenantKey[] {
  const known = new Set<string>();
  const isNew = (text: string): boolean => !known.has(text) && known.add(text) !== undefined;
  return events.flatMap((event) => {
    const tenantId = event.tenantId ?? '';
    const stream = `${tenantId}\0${event.aggregateType}\0${event.aggregateId}`;
    const isNewPlace = isNew(`${stream}\0${event.correlationId ?? ''}\0${event.traceId ?? ''}`);
    const values = valuesOf(event, found.get(event.position) ?? []).filter(({ field, value }) =>
      isNew(`${stream}\0\0${field}\0${value}`),
    );
    const keys = [...(isNewPlace ? placeKeys(event) : []), ...valueKeys(event, values)];
    return keys.map((key) => ({ ...key, tenantId }));
  });
}

/** The keys of one event, given the identifiers of its payload. */
export const keysOfEvent = (event: EventHead, payload: readonly Identifier[]): TenantKey[] =>
  eventKeys(event, valuesOf(event, payload)).map((key) => ({ ...key, tenantId: event.tenantId ?? '' }));

/** Who did it is an identifier as well. */
function valuesOf({ actor }: EventHead, payload: readonly Identifier[]): readonly Identifier[] {
  if (actor === null) return payload;
  return [...payload, ...identifiersIn({ user: actor }).map(({ value }) => ({ field: 'actor', value }))];
}

/** The identifier-like values of the payloads, by position. */
export async function payloadIdentifiers(
  query: Query,
  events: readonly EventHead[],
): Promise<Map<bigint, Identifier[]>> {
  const rows = await query<{ position: string; payload: string | null }>(
    `SELECT position::text AS position, CASE
       WHEN pg_column_size(payload) <= ${PAYLOAD_BYTES} AND octet_length(payload::text) <= ${PAYLOAD_BYTES} THEN payload::text
       WHEN pg_typeof(payload) = 'jsonb'::regtype AND jsonb_typeof(payload::jsonb) = 'object' THEN (
         SELECT jsonb_object_agg(key, value) FROM (SELECT key, value FROM jsonb_each(payload::jsonb)
           WHERE jsonb_typeof(value) IN ('string', 'number') AND octet_length(value::text) < 1000 LIMIT 200) v)::text
       END AS payload
     FROM public.event_store WHERE position = ANY($1::bigint[])`,
    [events.map(({ position }) => position.toString())],
  );
  return new Map(rows.map(({ position, payload }) => [BigInt(position), identifiersOfText(payload)]));
}

/** The identifiers of a JSON text; none where it is no JSON (a table that others made) or there is none. */
export function identifiersOfText(json: string | null): Identifier[] {
  if (json === null || json === '' || json === '{}') return [];
  try {
    return identifiersIn(parse(json));
  } catch (error) {
    // Nested too deep for the parser, or no JSON at all.
    if (error instanceof SyntaxError || error instanceof RangeError) return [];
    throw error;
  }
}
