import type { Client } from 'pg';
import { COPIED_KEY, eventStoreColumns, IMPORT_ID_KEY, IMPORTED_KEY } from './event-store';
import { type Elsewhere, knownElsewhere, TENANT_OF_EVENT } from './import-elsewhere';
import { type LeftOut, NONE_LEFT_OUT, settleIdentified } from './import-identified';
import { SORTS_IN_MEMORY, stageOf } from './import-stage';
import { pgQuery, type Query } from './query';

/** One import at a time writes: two of one file would each find its events missing. */
const WRITE_LOCK = 7_310_416_000_041n;
/** Rows of one INSERT: sorted in memory, and few enough that a cancel is heard. */
const PIECE = 20_000;

export interface Written {
  /** Events that stood ready. */
  staged: number;
  /** Of these written now; the others were there. */
  written: number;
  cases: number;
  /** A stream of another tenant that one may not append to: nothing was written. */
  foreign: string | null;
  /** Those that were there, but for another tenant; null: none, or one may not know. */
  elsewhere: Elsewhere | null;
  /** Lines that were left out for what is there already. */
  leftOut: LeftOut;
}

export interface Writing {
  file: string;
  tenantId: string | null;
  onlyTenant: boolean;
  /** Some of the events have ids of their own. */
  identified: boolean;
  /** How many of the lines that are left out are told one by one. */
  shownLeftOut: number;
}

/** Writes the staged events that are not there yet, inside the caller's transaction, and answers what came of it. */
export async function writeStaged(
  client: Client,
  id: string,
  { file, tenantId, onlyTenant, identified, shownLeftOut }: Writing,
): Promise<Written> {
  const query = pgQuery(client);
  const { rows, ids, cases, fresh } = stageOf(id);
  await query(`SELECT count(pg_advisory_xact_lock($1::text::bigint)::text)::int AS locked`, [WRITE_LOCK.toString()]);
  await query(SORTS_IN_MEMORY);
  await query(`ANALYZE ${ids}`);
  // A version follows the last one of its stream.
  await query(
    `CREATE UNLOGGED TABLE ${cases} AS SELECT i.case_no, s.type, s.case_id, coalesce((SELECT max(e.version)
       FROM public.event_store e WHERE e.aggregate_type = s.type AND e.aggregate_id = s.case_id), 0) AS version
     FROM ${ids} i JOIN ${rows} s USING (n) WHERE i.rank = 1`,
  );
  await query(`ANALYZE ${cases}`);
  const [counted] = await query<{ staged: number; cases: number; last: string }>(
    `SELECT count(*)::float8 AS staged, coalesce(max(n), 0)::text AS last,
       (SELECT count(*) FROM ${cases})::float8 AS cases FROM ${ids}`,
  );
  const staged = { staged: counted?.staged ?? 0, cases: counted?.cases ?? 0 };
  const foreign = onlyTenant ? await foreignStream(query, cases, tenantId) : null;
  if (foreign !== null) return { ...staged, written: 0, foreign, elsewhere: null, leftOut: NONE_LEFT_OUT };
  const hasEventVersion = (await eventStoreColumns(query)).has('event_version');
  const leftOut = identified ? await settleIdentified(query, id, hasEventVersion, shownLeftOut) : NONE_LEFT_OUT;
  const nth = 'OVER (PARTITION BY i.case_no ORDER BY i.rank)';
  await query(
    `CREATE UNLOGGED TABLE ${fresh} AS SELECT i.n, i.event_id,
       ${identified ? `coalesce(s.version, c.version + count(*) FILTER (WHERE s.version IS NULL) ${nth})` : `c.version + row_number() ${nth}`} AS version
     FROM ${ids} i JOIN ${cases} c USING (case_no) ${identified ? `JOIN ${rows} s USING (n)` : ''}
     WHERE NOT EXISTS (SELECT FROM public.event_store e WHERE e.event_id = i.event_id)`,
  );
  // Positions are given in the order of the file: of wide rows only a piece is sorted at a time.
  for (const table of identified ? [fresh] : [rows, fresh]) await query(`CREATE INDEX ON ${table} (n)`);
  await query(`ANALYZE ${fresh}`);
  const marks = (key: string): string =>
    JSON.stringify({
      [key]: file,
      [IMPORT_ID_KEY]: id.toLowerCase(),
      ...(tenantId === null ? {} : { tenant_id: tenantId }),
    });
  let written = 0;
  for (let from = 0; from < Number(counted?.last ?? 0); from += PIECE) {
    const piece = await client.query(
      `INSERT INTO public.event_store
         (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at${hasEventVersion ? ', event_version' : ''})
       SELECT f.event_id, s.type, s.case_id, f.version, s.activity, s.payload::jsonb,
         coalesce(s.metadata, '{}')::jsonb || CASE WHEN s.event_id IS NULL THEN $1::jsonb ELSE $4::jsonb END,
         s.at${hasEventVersion ? ', coalesce(s.event_version, 1)' : ''}
       FROM ${fresh} f JOIN ${rows} s USING (n)
       WHERE f.n > $2::bigint AND f.n <= $3::bigint AND s.n > $2::bigint AND s.n <= $3::bigint ORDER BY n`,
      [marks(IMPORTED_KEY), from, from + PIECE, marks(COPIED_KEY)],
    );
    written += piece.rowCount ?? 0;
  }
  const elsewhere =
    onlyTenant || written + leftOut.count === staged.staged ? null : await knownElsewhere(query, id, tenantId);
  await query(`DROP TABLE ${cases}, ${fresh}`);
  return { ...staged, written, foreign: null, elsewhere, leftOut };
}

/** A stream among the staged ones that has events of another tenant. */
async function foreignStream(query: Query, cases: string, tenantId: string | null): Promise<string | null> {
  const [found] = await query<{ stream: string }>(
    `SELECT c.type || '/' || c.case_id AS stream FROM ${cases} c JOIN public.event_store e
       ON e.aggregate_type = c.type AND e.aggregate_id = c.case_id
     WHERE ${TENANT_OF_EVENT} <> $1 LIMIT 1`,
    [tenantId ?? ''],
  );
  return found?.stream ?? null;
}
