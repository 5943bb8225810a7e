import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { pgQuery } from '@/server/db/query';
import { saveEvents } from './event-table';
import { projectFlows } from './flows';

/** An event of a flow for a test. `cause`: which of the events given (0 is the first) it names; `causeId`: any id. */
export interface FlowFixture {
  correlation: string;
  name: string;
  service: string;
  tenant?: string;
  cause?: number;
  causeId?: string;
  sagaId?: string;
  /** Epoch ms; else 10 ms after the one before. */
  at?: number;
}

const BATCH = 5_000;

/** Puts events into the read models as the projector does; their positions follow on what is there. Answers their ids. */
export async function insertFlow(pool: Pool, events: readonly FlowFixture[]): Promise<string[]> {
  const query = pgQuery(pool);
  const [top] = await query<{ position: string }>(
    'SELECT coalesce(max(position), 0)::text AS position FROM sagascope.event_index',
  );
  const ids = events.map(() => randomUUID());
  const heads = events.map((event, n) => ({
    position: BigInt(top?.position ?? 0) + BigInt(n + 1),
    eventId: ids[n] ?? '',
    aggregateType: 'Order',
    aggregateId: event.correlation,
    version: BigInt(n + 1),
    eventType: event.name,
    name: event.name,
    eventVersion: 1,
    occurredAt: event.at ?? 1_780_000_000_000 + n * 10,
    correlationId: event.correlation,
    causationId: event.causeId ?? (event.cause === undefined ? null : (ids[event.cause] ?? null)),
    sagaId: event.sagaId ?? null,
    traceId: null,
    tenantId: event.tenant ?? null,
    service: event.service,
    actor: null,
    importId: null,
  }));
  for (let at = 0; at < heads.length; at += BATCH) {
    const batch = heads.slice(at, at + BATCH);
    await saveEvents(query, batch);
    await projectFlows(query, batch, false);
  }
  return ids;
}
