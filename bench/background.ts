import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

/** A row as any service writes it. */
export const INSERT = 'INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)';

/** Other services: sagas of two rows, one row at a time. `stop` answers the rows a second that they reached. */
export function background(pool: Pool, perSecond: number): { stop: () => Promise<number> } {
  const stopping = new AbortController();
  const start = performance.now();
  let written = 0;
  const write = async (): Promise<void> => {
    let sagaId = randomUUID();
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - start) / 1_000) * perSecond;
      if (written >= due) {
        await pause(1_000 / perSecond);
        continue;
      }
      written += 1;
      await pool.query(INSERT, [sagaId, 'charge_card', written % 2 === 1 ? 'PENDING' : 'SUCCESS']);
      if (written % 2 === 0) sagaId = randomUUID();
    }
  };
  const ended = Promise.all(Array.from({ length: 4 }, write));
  return {
    stop: async () => {
      stopping.abort();
      await ended;
      return (written / (performance.now() - start)) * 1_000;
    },
  };
}
