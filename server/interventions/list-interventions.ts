import { z } from 'zod';
import type { InterventionList, InterventionListInput } from '@/core/contract/interventions';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { listInterventions as readInterventions } from '@/server/db/interventions';
import type { Ctx } from '@/server/http/context';
import { pageCursors, readCursor, refused } from '@/server/http/cursor';
import { interventionWire } from './intervention-wire';

const SORT = 'interventions';
const Key = z.tuple([z.string().regex(/^\d{1,15}$/), z.guid()]);

/**
 * A page of interventions, newest first.
 * @throws Problem `invalid` for a cursor of another list
 */
export async function listInterventions(ctx: Ctx, input: InterventionListInput): Promise<InterventionList> {
  permit(ctx, 'interventions.read');
  const cursor = input.cursor === undefined ? undefined : readCursor(input.cursor, SORT);
  const newer = cursor?.direction === 'previous';
  const found = await readInterventions(ctx.db.primary, {
    sagaId: input.sagaId ?? null,
    states: input.state ?? null,
    from: cursor ? { ...keyOf(cursor.key), newer } : null,
    limit: input.limit + 1,
    seen: (params) => visible(ctx, 'interventions.read', params, { tenant: 'i.tenant_id', sagaType: 'i.saga_type' }),
  });
  const shown = found.slice(0, input.limit);
  if (newer) shown.reverse();
  const keys = shown.map(({ course }) => [String(course.requestedAt), course.id]);
  return {
    items: shown.map(interventionWire),
    ...pageCursors(SORT, cursor, keys, found.length > input.limit),
  };
}

function keyOf(key: readonly string[]): { createdAt: number; id: string } {
  const parsed = Key.safeParse(key);
  if (!parsed.success) throw refused('this cursor does not fit the list');
  const [createdAt, id] = parsed.data;
  return { createdAt: Number(createdAt), id };
}
