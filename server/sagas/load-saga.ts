import { type ActingSaga, readActingSaga } from '@/server/db/acting-saga';
import type { Query } from '@/server/db/query';
import { Problem } from '@/server/http/problem';

/** A context above this is folded from the places that definitions look at. */
const FOLDED_CONTEXT_BYTES = 65_536;

/**
 * A saga as its rows prove it at this moment: read straight from saga_log, not from what the follower has made of it.
 * @throws Problem `not_found` where the log has no row of it
 */
export async function loadSaga(query: Query, sagaId: string, actor: string): Promise<ActingSaga> {
  const acting = await readActingSaga(query, sagaId, actor, FOLDED_CONTEXT_BYTES);
  if (acting) return acting;
  throw new Problem('not_found', `The log has no row of saga ${sagaId}. Check the id, or wait for its first row.`);
}
