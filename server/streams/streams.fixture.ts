import { pgQuery } from '@/server/db/query';
import type { TestDatabase } from '@/server/db/test-database';

export interface NewEvent {
  version: number | bigint | string;
  payload: string;
  type?: string;
  metadata?: object;
  position?: number;
}
export const TENANT = 'acme';

/** Appends events one by one, of {@link TENANT} unless told. */
export async function append(
  { pool }: TestDatabase,
  aggregateType: string,
  aggregateId: string,
  events: readonly NewEvent[],
): Promise<void> {
  for (const { version, payload, type = 'OrderChangedV1', metadata = { tenant_id: TENANT }, position } of events) {
    const [column, value] = position === undefined ? ['', ''] : ['position, ', `${position}, `];
    await pgQuery(pool)(
      `INSERT INTO event_store (${column}aggregate_type, aggregate_id, version, event_type, payload, metadata)
       VALUES (${value}$1, $2, $3::bigint, $4, $5::jsonb, $6::jsonb)`,
      [aggregateType, aggregateId, String(version), type, payload, JSON.stringify(metadata)],
    );
  }
}
