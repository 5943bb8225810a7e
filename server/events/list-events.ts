import { z } from 'zod';
import type { EventList, EventListInput } from '@/core/contract/events';
import { permit } from '@/server/auth/permit';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { pageCursors, readCursor, refused } from '@/server/http/cursor';
import { JsonText } from '@/server/http/json-text';
import { isoMs } from '@/server/sagas/list-item';
import { EVENT_HEAD, eventConditions, eventOrder, isInfix, payloadContains } from './event-filters';
import { payloadPreview } from './payload-select';
import { payloadHas, WORDLESS } from './payload-search';

/** Counts stop here: a person reads "10,000+". */
const CAP = 10_000;
/** And those of events that a search passes over, here. */
const FEW = 100;
const PREVIEW = 400;
/** A word is looked for in this many events first, in the order of the list. */
const STRETCH = 10_000;
const SORT = '-position';

const Keys = z.array(z.string());
const Position = z.tuple([z.string().regex(/^\d{1,19}$/)]);

interface Row {
  items: string;
  keys: string;
  more: boolean;
  counted: number;
  passed: number;
  as_of: string;
}

/**
 * A page of events, newest first. PostgreSQL builds the JSON; payloads go out as their text, to the last digit.
 * @throws Problem `invalid` for a cursor of another list, or a search within payloads without a time range
 */
export async function listEvents(ctx: Ctx, input: EventListInput): Promise<JsonText<typeof EventList>> {
  permit(ctx, 'events.read');
  const { limit, cursor: text, ...filters } = input;
  const cursor = text === undefined ? undefined : readCursor(text, SORT);
  const params = new Params();
  const where = eventConditions(ctx, 'events.read', filters, params);
  const infix = isInfix(filters);
  if (infix) where.push(payloadContains(filters.q ?? '', params));
  const byWord = !infix && filters.q !== undefined && filters.q.trim() !== '';
  const passedOver = byWord ? cappedCount(all(...where, WORDLESS), FEW) : '0';
  if (byWord) where.push(payloadHas(filters.q ?? '', params));
  const backwards = cursor?.direction === 'previous';
  const direction = backwards ? 'asc' : 'desc';
  const key = cursor && Position.safeParse(cursor.key).data?.[0];
  if (cursor && key === undefined) throw refused('its key does not fit this list');
  const place = key === undefined ? [] : [`i.position ${backwards ? '>' : '<'} ${params.add(key)}::text::bigint`];
  const from = `sagascope.event_index i ${infix ? 'join public.event_store e using (position)' : ''}`;
  const most = params.add(limit + 1);
  const shown = params.add(limit);
  const order = backwards ? 'n desc' : 'n';
  const page = { from, where, place, direction, most, inOrder: eventOrder(filters, direction) } as const;
  const [row] = await ctx.db.replica<Row>(
    `with ${byWord ? foundByWord(page) : foundInOrder(page)}
     select coalesce(json_agg(json_build_object(${EVENT_HEAD}, ${payloadPreview(PREVIEW)}) order by ${order})
              filter (where n <= ${shown}::int), '[]')::text as items,
            coalesce(json_agg(i.position::text order by ${order}) filter (where n <= ${shown}::int), '[]')::text as keys,
            count(*) > ${shown}::int as more,
            ${cappedCount(all(...where), CAP, from)} as counted, ${passedOver} as passed,
            ${isoMs('now()')} as as_of
       from found i join public.event_store e on e.position = i.position`,
    params.values,
  );
  if (!row) throw new Error('an aggregate answers one row');
  const keys = Keys.parse(JSON.parse(row.keys)).map((position) => [position]);
  const { next, previous } = pageCursors(SORT, cursor, keys, row.more);
  const count = { value: Math.min(row.counted, CAP), capped: row.counted > CAP };
  const passed = { value: Math.min(row.passed, FEW), capped: row.passed > FEW };
  const rest = JSON.stringify({ next, previous, count, passedOver: passed, asOf: row.as_of });
  return new JsonText(`{"items":${row.items},${rest.slice(1)}`);
}

interface Page {
  from: string;
  where: readonly string[];
  place: readonly string[];
  direction: 'asc' | 'desc';
  most: string;
  inOrder: string;
}

const all = (...conditions: readonly string[]): string => [...conditions, 'true'].join(' and ');

const cappedCount = (where: string, cap: number, from = 'sagascope.event_index i'): string =>
  `(select count(*) from (select 1 from ${from} where ${where} limit ${cap + 1}) c)::int`;

const foundInOrder = ({ from, where, place, direction, most, inOrder }: Page): string => `found as materialized (
  select i.*, row_number() over (order by i.position ${direction}) as n
    from (select i.* from ${from} where ${all(...where, ...place)} ${inOrder} limit ${most}::int) i)`;

/**
 * A frequent word fills the page from the next stretch of events. A rare one may stand at the other end of the store:
 * then all that have it are taken by the index of words and sorted, since no plan knows where in the order they stand.
 */
const foundByWord = ({ from, where, place, direction, most }: Page): string => `near as materialized (
    select i.* from (select i.* from ${from} where ${all(...place)} order by i.position ${direction} limit ${STRETCH}) i
     where ${all(...where)} order by i.position ${direction} limit ${most}::int),
  page as (select count(*) >= ${most}::int as filled from near),
  found as materialized (
    select i.*, row_number() over (order by i.position ${direction}) as n from (
      select * from near where (select filled from page)
      union all
      (select i.* from ${from} where not (select filled from page) and ${all(...where, ...place)}
        order by i.position + 0 ${direction} limit ${most}::int)) i)`;
