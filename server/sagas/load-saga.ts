import type { Permission } from '@/server/auth/permit';
import { sees } from '@/server/auth/visible';
import { type ActingSaga, readActingSaga } from '@/server/db/acting-saga';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

/** A context above this is folded from the places that definitions look at. */
const FOLDED_CONTEXT_BYTES = 65_536;

/** The words for a saga that is not there, and for one that the actor may not see: they cannot be told apart. */
export const noSuchSaga = (sagaId: string): Problem =>
  new Problem('not_found', `The log has no row of saga ${sagaId}. Check the id, or wait for its first row.`);

/**
 * A saga as its rows prove it at this moment: read straight from saga_log, not from what the follower has made of it.
 * Whose it is, its rows say as well. `whole`: with contexts as long as they are, for a plan.
 * @throws Problem `not_found` where the log has no row of it, or the actor may not see it
 */
export async function loadSaga(
  ctx: Ctx,
  query: Query,
  sagaId: string,
  permission: Permission,
  { whole = false } = {},
): Promise<ActingSaga> {
  const acting = await readActingSaga(query, sagaId, ctx.actor.name, whole ? undefined : FOLDED_CONTEXT_BYTES);
  if (acting === null || !sees(ctx, permission, acting.saga)) throw noSuchSaga(sagaId);
  return acting;
}
