import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';

/** A row as any service writes it. */
export const INSERT = 'INSERT INTO saga_log (saga_id, step_name, status) VALUES ($1, $2, $3)';

/** Rows of one saga: five steps, begun and done. */
const ROWS_OF_ONE = 10;

/** Other services: sagas of ten rows, one row at a time. `stop` answers the rows a second that they reached. */
export function background(pool: Pool, perSecond: number): { stop: () => Promise<number> } {
  const stopping = new AbortController();
  const start = performance.now();
  let written = 0;
  const write = async (): Promise<void> => {
    let sagaId = randomUUID();
    let rows = 0;
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - start) / 1_000) * perSecond;
      if (written >= due) {
        await pause(1_000 / perSecond);
        continue;
      }
      written += 1;
      await pool.query(INSERT, [sagaId, `step_${rows >> 1}`, rows % 2 === 0 ? 'PENDING' : 'SUCCESS']);
      rows += 1;
      if (rows < ROWS_OF_ONE) continue;
      sagaId = randomUUID();
      rows = 0;
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
