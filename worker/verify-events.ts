import { type EventHead, eventStoreColumns } from '@/server/db/event-store';
import type { Query } from '@/server/db/query';
import { EVENT_ROWS, eventArguments, eventRecord } from './projector/events/event-table';
import { followedSelect, type RawFollowedEvent, toFollowedEvent } from './projector/events/source';
import { keysOfEvent, payloadIdentifiers } from './projector/search-keys';
import { missingKeys } from './verify-search';

const PAGE = 1_000;
const NAMED = 1_000;

/**
 * Compares event_index, and what the search box finds, with every event of event_store up to the follower's checkpoint,
 * in the caller's snapshot.
 * Events that wait in an open gap are not counted as missing. Answers one sentence for each difference.
 */
export async function verifyEvents(query: Query, log: (line: string) => void): Promise<string[]> {
  const [at] = await query<{ last: string }>(
    `SELECT last_id::text AS last FROM sagascope.checkpoint WHERE log = 'event_store'`,
  );
  if (!at) return ['The follower has never run: there is no checkpoint for event_store.'];
  const { list, joins } = followedSelect(await eventStoreColumns(query));
  const differences: string[] = [];
  let after: string | null = null;
  let events = 0;
  for (;;) {
    const page: RawFollowedEvent[] = await query<RawFollowedEvent>(
      `SELECT ${list} FROM public.event_store l ${joins}
       WHERE ($1::bigint IS NULL OR l.position > $1::bigint) AND l.position <= $2::bigint ORDER BY l.position LIMIT ${PAGE}`,
      [after, at.last],
    );
    differences.push(...(await verifyPage(query, page)));
    events += page.length;
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE || differences.length >= NAMED) break;
  }
  log(`${events} events compared`);
  const [kept] = await query<{ rows: string }>('SELECT count(*)::text AS rows FROM sagascope.event_index');
  const [waiting] = await query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM sagascope.open_gap g JOIN public.event_store l
       ON l.position BETWEEN g.from_id AND g.to_id WHERE g.log = 'event_store'`,
  );
  const expected = BigInt(events) - BigInt(waiting?.rows ?? 0);
  if (differences.length === 0 && BigInt(kept?.rows ?? 0) !== expected)
    differences.push(`event_index has ${kept?.rows} rows, event_store ${expected}.`);
  return differences;
}

async function verifyPage(query: Query, page: readonly RawFollowedEvent[]): Promise<string[]> {
  const events = page.map((raw) => toFollowedEvent(raw, 0));
  const different = await query<{ position: string; missing: boolean; columns: string[] }>(
    `SELECT e.position::text AS position, i.position IS NULL AS missing,
       ARRAY(SELECT k.key FROM jsonb_each(to_jsonb(e)) k WHERE k.value IS DISTINCT FROM to_jsonb(i) -> k.key ORDER BY 1) AS columns
     FROM (${EVENT_ROWS}) e LEFT JOIN sagascope.event_index i ON i.position = e.position
     WHERE (i.position IS NULL OR to_jsonb(e) <> to_jsonb(i))
       AND NOT EXISTS (SELECT FROM sagascope.open_gap g WHERE g.log = 'event_store' AND e.position BETWEEN g.from_id AND g.to_id)`,
    eventArguments(events.map(eventRecord)),
  );
  const wrong = different.map(({ position, missing, columns }) =>
    missing
      ? `Event ${position} is in event_store but not in event_index.`
      : `Event ${position} differs in ${columns.join(', ')}.`,
  );
  const gaps = await query<{ position: string }>(
    `SELECT p::text AS position FROM unnest($1::bigint[]) p WHERE EXISTS (SELECT FROM sagascope.open_gap g
       WHERE g.log = 'event_store' AND p BETWEEN g.from_id AND g.to_id)`,
    [page.map(({ position }) => position)],
  );
  const waiting = new Set(gaps.map(({ position }) => BigInt(position)));
  const applied = events.filter(({ position }) => !waiting.has(position));
  return [...wrong, ...(await notFound(query, applied))];
}

async function notFound(query: Query, events: readonly EventHead[]): Promise<string[]> {
  const identifiers = await payloadIdentifiers(query, events);
  const keys = events.flatMap((event) =>
    keysOfEvent(event, identifiers.get(event.position) ?? []).map((key) => ({ ...key, position: event.position })),
  );
  const missing = await missingKeys(query, keys);
  return missing.map(
    ({ position, field, value, kind }) => `Event ${position} is not found by ${field} "${value}" (${kind}).`,
  );
}
