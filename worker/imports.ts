import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { sweepImports } from '@/server/db/import-record';

const EVERY_MS = 60_000;

/** Clears up behind imports whose process was killed, at the start and once a minute. Never rejects; ends with `signal`. */
export async function clearImports({
  databaseUrl,
  say,
  signal,
}: {
  databaseUrl: string;
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  while (!signal.aborted) {
    const pool = new Pool({ connectionString: databaseUrl, application_name: 'sagascope imports', max: 1 });
    pool.on('error', () => undefined); // the query that waits for it rejects as well
    try {
      await sweepImports(pool);
    } catch (error) {
      if (!signal.aborted) say(`Looking for stopped imports: ${String(error)}`);
    } finally {
      await pool.end().catch(() => undefined);
    }
    // Aborted: the loop ends.
    await pause(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
