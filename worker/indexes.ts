import { Client } from 'pg';
import { pgQuery } from '@/server/db/query';

const NAME = 'saga_log_saga_id_id';

interface Found {
  exists: boolean;
  owns: boolean;
  indexed: boolean;
  broken: boolean;
}

/**
 * A saga_log that others made may have no index to find a saga's rows by. Where the role owns the table the index is
 * built CONCURRENTLY, so that no writer waits; otherwise the log says which one to make. Never rejects.
 */
export async function ensureIndexes(
  databaseUrl: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'sagascope indexes' });
  client.on('error', () => undefined); // the query that waits for it rejects as well
  const cancel = (): void =>
    void client.end().catch((error: unknown) => say(`Ending the index build: ${String(error)}`));
  try {
    await client.connect();
    const [found] = await pgQuery(client)<Found>(
      `SELECT c.oid IS NOT NULL AS exists, coalesce(pg_has_role(c.relowner, 'USAGE'), false) AS owns,
         EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'saga_id'
                 WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indpred IS NULL AND i.indisvalid) AS indexed,
         EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = to_regclass('public.${NAME}') AND NOT i.indisvalid) AS broken
       FROM (SELECT to_regclass('public.saga_log') AS oid) t LEFT JOIN pg_class c ON c.oid = t.oid`,
    );
    if (!found?.exists || found.indexed || signal.aborted) return;
    const create = `CREATE INDEX CONCURRENTLY ${NAME} ON public.saga_log (saga_id, id)`;
    if (!found.owns)
      return say(`public.saga_log has no index on saga_id: pages of sagas are slow. Its owner can run: ${create};`);
    signal.addEventListener('abort', cancel, { once: true });
    if (found.broken) await client.query(`DROP INDEX CONCURRENTLY public.${NAME}`);
    say('Building an index on saga_log (saga_id, id); writers go on meanwhile.');
    await client.query(create);
    say('The index on saga_log (saga_id, id) is there.');
  } catch (error) {
    if (!signal.aborted) say(`The index on saga_log could not be built, the next start tries again: ${String(error)}`);
  } finally {
    signal.removeEventListener('abort', cancel);
    if (!signal.aborted) await client.end().catch((error: unknown) => say(`Ending the index build: ${String(error)}`));
  }
}
