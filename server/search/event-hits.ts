import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import type { Hit } from './kept-hits';

const READ = 60;
/** Fewer digits begin too many ids to tell anything. */
const LEAST_DIGITS = 4;
const HEX = /^[\da-f]+$/;

/** Events by their id, in full or by its beginning: one stretch of the index on event_id. */
export async function eventHits(ctx: Ctx, value: string): Promise<Hit[]> {
  const range = uuidRange(value);
  if (range === null) return [];
  const params = new Params();
  const from = params.add(range.from);
  const to = params.add(range.to);
  const seen = visible(ctx, 'search.read', params, { tenant: 'e.tenant_id' });
  return ctx.db.replica<Hit>(
    `select 'event' as kind, e.event_id::text as value, e.aggregate_type as "targetType", e.event_id::text as target,
       'event id' as field, e.event_name as name, e.aggregate_id as stream
     from sagascope.event_index e where e.event_id between ${from}::text::uuid and ${to}::text::uuid and ${seen}
     order by e.event_id limit ${READ}`,
    params.values,
  );
}

/** The UUIDs that begin with a text of digits and dashes; null where none can, or too many do. */
export function uuidRange(text: string): { from: string; to: string } | null {
  const digits = text.replaceAll('-', '');
  if (!HEX.test(digits) || digits.length < LEAST_DIGITS || digits.length > 32) return null;
  // A dash stands where one stands in a UUID, or this is no beginning of one.
  if (text.includes('-') && !dashed(digits.padEnd(32, '0')).startsWith(text)) return null;
  return { from: dashed(digits.padEnd(32, '0')), to: dashed(digits.padEnd(32, 'f')) };
}

const dashed = (digits: string): string => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
