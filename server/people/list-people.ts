import { z } from 'zod';
import type { PeopleInput, PeopleList } from '@/core/contract/people';
import { permit, reachOf } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { pageCursors, readCursor, refused } from '@/server/http/cursor';
import { personWire } from './person-wire';
import { readPeople } from './store';

const SORT = 'people';
const Key = z.tuple([z.string(), z.string()]);

/**
 * A page of people by name. An administrator of some tenants or saga types sees who holds a role there. The tenant
 * chosen in the top bar does not narrow it: people are not of one tenant.
 * @throws Problem `invalid` for a cursor of another list
 */
export async function listPeople(ctx: Ctx, input: PeopleInput): Promise<PeopleList> {
  permit(ctx, 'people.read');
  const cursor = input.cursor === undefined ? undefined : readCursor(input.cursor, SORT);
  const backwards = cursor?.direction === 'previous';
  const found = await readPeople(ctx.db.primary, {
    reach: reachOf(ctx.actor, 'people.read'),
    q: input.q === undefined || input.q === '' ? null : input.q,
    from: cursor ? { ...keyOf(cursor.key), backwards } : null,
    limit: input.limit + 1,
  });
  const shown = found.slice(0, input.limit);
  if (backwards) shown.reverse();
  const keys = shown.map(({ key, id }) => [key, id]);
  return {
    items: shown.map((person) => personWire(ctx.actor, person)),
    ...pageCursors(SORT, cursor, keys, found.length > input.limit),
  };
}

function keyOf(key: readonly string[]): { name: string; id: string } {
  const parsed = Key.safeParse(key);
  if (!parsed.success) throw refused('this cursor does not fit the list');
  const [name, id] = parsed.data;
  return { name, id };
}
