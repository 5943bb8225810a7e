import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventList, EventListInput } from '@/core/contract/events';
import { ADMIN_EVERYWHERE, contextOf, personWith } from '@/server/auth/test-actors';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { listEvents } from './list-events';

/** More than the stretch that is looked through first. */
const EVENTS = 12_000;

/** Every event is "common", each hundredth "seldom", and the oldest 60 alone are "ancient". */
const wordsOf = (n: number): string[] => [
  'common',
  ...(n % 100 === 0 ? ['seldom'] : []),
  ...(n < 60 ? ['ancient'] : []),
];

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
  const payloads = Array.from({ length: EVENTS }, (_, n) => JSON.stringify({ words: wordsOf(n) }));
  await db.pool.query(
    `WITH stored AS (
       INSERT INTO public.event_store (aggregate_type, aggregate_id, version, event_type, payload, metadata)
       SELECT 'Note', 'note', n, 'Noted', p::jsonb, '{}' FROM unnest($1::text[]) WITH ORDINALITY t (p, n) ORDER BY n
       RETURNING position, version, payload)
     INSERT INTO sagascope.event_index (tenant_id, position, event_id, aggregate_type, aggregate_id, version, event_type, event_name,
       event_version, occurred_at, words)
     SELECT 't' || version % 3, position, gen_random_uuid(), 'Note', 'note', version, 'Noted', 'Noted', 1, now(), sagascope.payload_words(payload)
     FROM stored`,
    [payloads],
  );
  await db.pool.query('ANALYZE sagascope.event_index');
});
afterAll(() => db.drop());

interface Page {
  numbers: number[];
  next: string | null;
  previous: string | null;
}

/** The page of events with a word, as their numbers. */
async function page(q: string, tenant: string | null, cursor?: string): Promise<Page> {
  const actor = tenant === null ? ADMIN_EVERYWHERE : personWith('viewer', { tenants: [tenant] });
  const input = EventListInput.parse({ q, limit: '50', ...(cursor === undefined ? {} : { cursor }) });
  const { items, next, previous } = EventList.parse(JSON.parse((await listEvents(contextOf(actor), input)).text));
  return { numbers: items.map(({ version }) => Number(version) - 1), next, previous };
}

describe('words of payloads in a long list', () => {
  it.each([
    ['common', null, 3],
    ['seldom', null, 3],
    ['ancient', null, 2],
    ['seldom', 't1', 1],
    ['ancient', 't2', 1],
    ['nowhere', null, 1],
  ])('%s, seen by who sees %s: each of %i pages is what a look at every event finds', async (word, tenant, pages) => {
    const expected = Array.from({ length: EVENTS }, (_, n) => EVENTS - 1 - n).filter(
      (n) => wordsOf(n).includes(word) && (tenant === null || tenant === `t${(n + 1) % 3}`),
    );
    let cursor: string | undefined;
    for (let n = 0; n < pages; n += 1) {
      const { numbers, next, previous } = await page(word, tenant, cursor);
      expect(numbers).toEqual(expected.slice(n * 50, (n + 1) * 50));
      if (previous !== null) {
        expect((await page(word, tenant, previous)).numbers).toEqual(expected.slice((n - 1) * 50, n * 50));
      }
      expect(next !== null).toBe(expected.length > (n + 1) * 50);
      cursor = next ?? undefined;
    }
  });
});
