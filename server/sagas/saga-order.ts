import { z } from 'zod';
import type { SagaListInput } from '@/core/contract/sagas';
import { type Cursor, refused } from '@/server/http/cursor';
import { DUE, micros, NOT_DUE, timeOf } from './list-item';
import type { Params } from '@/server/db/params';

type Sort = SagaListInput['sort'];

/** One stretch of a list that a single index walk reads. Arms stand in reading order. */
export interface Arm {
  /** The row's place as a JSON array of texts, for a cursor. */
  key: string;
  where: string[];
  orderBy: string;
  /** Whether it looks at the worst due reason (`a`). */
  worst: boolean;
}

const Micros = z.string().regex(/^-?\d{1,18}$/);
const ByTime = z.tuple([Micros, z.guid()]);
const ByRisk = z.tuple([
  z.literal('0'),
  z.string().regex(/^\d{1,3}$/),
  z.string().regex(/^-?\d{1,18}(\.\d{1,6})?$/),
  z.guid(),
]);
const Calm = z.tuple([z.literal('1'), Micros, z.guid()]);

/**
 * The arms that continue a list sorted by `sort` from a cursor, already in reading order (backwards for `previous`).
 * `risk`: sagas in attention first, worst reason, then longest due; the others follow, newest change first.
 * @throws Problem `invalid` for a cursor whose key does not fit
 */
export function armsOf(sort: Sort, cursor: Cursor | undefined, params: Params): Arm[] {
  if (sort === 'risk') return riskArms(cursor, params);
  const column = sort.endsWith('startedAt') ? 's.started_at' : 's.updated_at';
  const key = cursor && keyAs(ByTime, cursor.key);
  return [timeArm(column, sort.startsWith('-'), '', cursor?.direction === 'previous', key, params)];
}

function timeArm(
  column: string,
  descending: boolean,
  section: string,
  backwards: boolean,
  key: readonly [string, string] | undefined,
  params: Params,
): Arm {
  const down = descending !== backwards;
  const direction = down ? 'desc' : 'asc';
  const where: string[] = [];
  if (key) {
    const [time, id] = key;
    where.push(
      `(${column}, s.saga_id) ${down ? '<' : '>'} (${timeOf(params.add(time))}, ${params.add(id)}::text::uuid)`,
    );
  }
  return {
    key: `json_build_array(${section}${micros(column)}, s.saga_id::text)`,
    where,
    orderBy: `${column} ${direction}, s.saga_id ${direction}`,
    worst: false,
  };
}

function riskArms(cursor: Cursor | undefined, params: Params): Arm[] {
  const backwards = cursor?.direction === 'previous';
  const inCalm = cursor?.key[0] === '1';
  const arms: Arm[] = [];
  // Forward from among the calm there is nothing due any more; backward from among the due, nothing calm.
  if (!inCalm || backwards)
    arms.push(dueArm(backwards, cursor && !inCalm ? keyAs(ByRisk, cursor.key) : undefined, params));
  if (inCalm || !backwards) {
    const [, time, id] = inCalm ? keyAs(Calm, cursor?.key ?? []) : [];
    const key = time !== undefined && id !== undefined ? ([time, id] as const) : undefined;
    const calm = timeArm('s.updated_at', true, `'1', `, backwards, key, params);
    arms.push({ ...calm, where: [NOT_DUE, ...calm.where] });
  }
  return backwards ? arms.toReversed() : arms;
}

function dueArm(backwards: boolean, key: readonly [string, string, string, string] | undefined, params: Params): Arm {
  const rank = 'coalesce(a.rank, 99)';
  const since = 'coalesce(a.since, 0)';
  const where = [DUE];
  if (key) {
    const [, keyRank, keySince, id] = key;
    where.push(
      `(${rank}, ${since}, s.saga_id) ${backwards ? '<' : '>'} (${params.add(keyRank)}::text::int, ${params.add(keySince)}::text::numeric, ${params.add(id)}::text::uuid)`,
    );
  }
  const direction = backwards ? 'desc' : 'asc';
  return {
    key: `json_build_array('0', ${rank}::text, ${since}::text, s.saga_id::text)`,
    where,
    orderBy: `${rank} ${direction}, ${since} ${direction}, s.saga_id ${direction}`,
    worst: true,
  };
}

function keyAs<Key>(schema: z.ZodType<Key>, key: readonly string[]): Key {
  const parsed = schema.safeParse(key);
  if (!parsed.success) throw refused('this cursor does not fit the list');
  return parsed.data;
}
