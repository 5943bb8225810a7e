import type { Query } from './query';

/** Asks the projector to fold a saga again although no row of it arrived: an intervention of it changed. */
export async function markForRefold(query: Query, sagaId: string): Promise<void> {
  await query(`insert into sagascope.refold (saga_id) values ($1::text::uuid) on conflict do nothing`, [sagaId]);
}
