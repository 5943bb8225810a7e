import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { finished, pipeline } from 'node:stream/promises';
import type { Client, Pool } from 'pg';
import { from, to } from 'pg-copy-streams';
import { pgQuery, type Query } from './query';

const FLUSH_CHARACTERS = 64 * 1024;

/** Columns without which imported events could neither be told from each other nor be read as imported. */
const NEEDED = ['event_id', 'aggregate_type', 'metadata', 'occurred_at'] as const;

/** Why events cannot be imported into this event_store at all; null: they can. */
export async function whyNotImportable(query: Query): Promise<string | null> {
  const [row] = await query<{ there: string[]; inserts: boolean }>(
    `SELECT coalesce(array_agg(a.attname::text), '{}') AS there,
       coalesce(has_table_privilege(to_regclass('public.event_store'), 'INSERT'), false) AS inserts
     FROM pg_attribute a WHERE a.attrelid = to_regclass('public.event_store') AND a.attnum > 0 AND NOT a.attisdropped`,
  );
  const missing = NEEDED.filter((name) => !row?.there.includes(name));
  if (missing.length > 0) return `This event_store has no column ${missing.join(', ')}: its owner has to add it first.`;
  if (row?.inserts !== true) {
    return 'The database user of the console may read event_store but not append to it: an owner runs GRANT INSERT ON public.event_store.';
  }
  return null;
}

/** The tables of an import, as SQL names: two while it runs, and two of the transaction that writes. */
export const stageOf = (id: string): Record<'rows' | 'ids' | 'cases' | 'fresh', string> => {
  const name = `sagascope.import_${id.replaceAll('-', '').toLowerCase()}`;
  return { rows: name, ids: `${name}_ids`, cases: `${name}_cases`, fresh: `${name}_fresh` };
};

/** Tables of imports that do not run any more. */
export async function leftStages(pool: Pool): Promise<string[]> {
  const left = await pgQuery(pool)<{ name: string }>(
    `SELECT 'sagascope.' || c.relname::text AS name FROM pg_class c
     WHERE c.relnamespace = 'sagascope'::regnamespace AND c.relkind = 'r' AND c.relname ~ '^import_[0-9a-f]{32}(_ids)?$'
       AND NOT EXISTS (SELECT FROM sagascope.import_job j
         WHERE j.state = 'running' AND replace(j.id::text, '-', '') = substr(c.relname, 8, 32))`,
  );
  return left.map(({ name }) => name);
}

// Plain tables, not temporary ones: those would be lost where a pooler changes the connection between two statements.
// Unlogged: a server that crashes ends the import as well.
export async function createStage(query: Query, id: string): Promise<void> {
  const { rows, ids } = stageOf(id);
  await query(
    `CREATE UNLOGGED TABLE ${rows} (n bigint NOT NULL, kind "char" NOT NULL, type text, case_id text NOT NULL,
       activity text NOT NULL, at timestamptz, payload text, metadata text, event_id uuid, version bigint,
       event_version int, line text)`,
  );
  await query(
    `CREATE UNLOGGED TABLE ${ids} (n bigint NOT NULL, case_no bigint NOT NULL, rank bigint NOT NULL, event_id uuid NOT NULL)`,
  );
}

export async function dropStage(query: Query, id: string): Promise<void> {
  const { rows, ids } = stageOf(id);
  await query(`DROP TABLE IF EXISTS ${rows}, ${ids}`);
}

/**
 * A row of the staging table; `e`: an event, `o`: an object of OCEL (case is its id, activity its type). The last four
 * are null but for an event that has an id of its own; `line`: where in the file it stands.
 */
export type StagedRow = readonly [
  kind: 'e' | 'o',
  type: string | null,
  caseId: string,
  activity: string,
  time: string | null,
  payload: string | null,
  metadata: string | null,
  eventId: string | null,
  version: string | null,
  eventVersion: string | null,
  line: string | null,
];

/** COPYs rows to the staging table while they come, in their order, and answers how many. Holds 64 kB at most beside the row at hand. */
export async function copyRows(client: Client, id: string, rows: AsyncIterable<StagedRow>): Promise<number> {
  const sink = client.query(from(`COPY ${stageOf(id).rows} FROM STDIN`));
  return feed(sink, async (write) => {
    let n = 0;
    for await (const row of rows) {
      n += 1;
      for (const piece of lineOf(n, row)) {
        const wait = write(piece);
        if (wait) await wait;
        // A console answers its pages between two pieces of a long event.
        if (piece.length >= FLUSH_CHARACTERS) await setImmediate();
      }
    }
    return n;
  });
}

/** Runs `work` with a buffered, back-pressured write; ends the sink after it, or destroys it with what `work` threw. */
async function feed<T>(
  sink: Writable,
  work: (write: (text: string) => Promise<unknown> | undefined) => Promise<T>,
): Promise<T> {
  // A COPY that fails while nobody writes must not be an unheard error; it is thrown below.
  const done = finished(sink);
  const over = new AbortController();
  done.finally(() => over.abort()).catch(() => undefined);
  // What the database said; a write or a destroy after it would fail for want of its connection, and hide it.
  const said: { error: Error | null } = { error: null };
  sink.on('error', (error) => {
    said.error ??= error;
  });
  let buffer = '';
  const drained = async (): Promise<void> => {
    try {
      await once(sink, 'drain', { signal: over.signal });
    } catch (error) {
      // The end of the sink says why better than the wait for it.
      await done;
      throw error;
    }
  };
  const flush = (): Promise<unknown> | undefined => {
    if (said.error !== null) throw said.error;
    const text = buffer;
    buffer = '';
    return text === '' || sink.write(text) ? undefined : drained();
  };
  try {
    const result = await work((text) => {
      buffer += text;
      return buffer.length < FLUSH_CHARACTERS ? undefined : flush();
    });
    await flush();
    sink.end();
    await done;
    return result;
  } catch (error) {
    if (said.error !== null) throw said.error;
    sink.destroy();
    // Until the server has given the COPY up, its connection takes nothing else.
    await done.catch(() => undefined);
    throw error;
  }
}

/** A row as COPY reads it, in pieces: to escape or send a long one whole would keep the process from anything else. */
export function* lineOf(n: number, row: StagedRow): Generator<string> {
  let line = String(n);
  for (const value of row) {
    line += '\t';
    if (value === null || value.length <= FLUSH_CHARACTERS) line += copyField(value);
    else {
      for (const piece of piecesOf(value)) {
        yield line;
        line = copyField(piece);
      }
    }
  }
  yield `${line}\n`;
}

function* piecesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const to = from + FLUSH_CHARACTERS;
    // Pieces are encoded one by one: no pair of surrogates may be cut.
    const end = isHighSurrogate(text.charCodeAt(to - 1)) ? to - 1 : to;
    yield text.slice(from, end);
    from = end;
  }
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

const copyField = (value: string | null): string =>
  value === null
    ? '\\N'
    : /[\\\t\n\r]/.test(value)
      ? value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
      : value;

/** Sorts and hashes of narrow rows, in the transaction at hand; with 4 MB they would go over the disk. */
export const SORTS_IN_MEMORY = `SET LOCAL work_mem = '64MB'`;

/** How the staged rows become events: of OCEL only those of objects of this type. */
export interface Numbering {
  order: 'file' | 'time';
  objectType: string | null;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The staged events that count, over alias `s`. */
function eventsOf(id: string, objectType: string | null): string {
  const { rows } = stageOf(id);
  if (objectType === null) return `${rows} s WHERE s.kind = 'e'`;
  return `${rows} s WHERE s.kind = 'e' AND EXISTS (SELECT FROM ${rows} o
    WHERE o.kind = 'o' AND o.case_id = s.case_id AND o.activity = ${quoted(objectType)})`;
}

/** The types of the staged objects of an OCEL file. */
export async function objectTypes(query: Query, id: string): Promise<string[]> {
  const found = await query<{ type: string }>(
    `SELECT DISTINCT activity AS type FROM ${stageOf(id).rows} WHERE kind = 'o' ORDER BY 1 LIMIT 100`,
  );
  return found.map(({ type }) => type);
}

/**
 * Gives every staged event its id, the number of its case and its place in that. PostgreSQL has no SHA-1 of its own, so the
 * parts of the ids (JSON: an array, or the id itself) go out through `idOf` and back in, one connection each.
 */
export async function numberRows(
  clients: { out: Client; in: Client },
  id: string,
  { order, objectType }: Numbering,
  idOf: (parts: string) => string,
): Promise<number> {
  const { rows, ids } = stageOf(id);
  await clients.out.query(`ANALYZE ${rows}`);
  await clients.out.query('BEGIN');
  await clients.out.query(SORTS_IN_MEMORY);
  const byCase = 'PARTITION BY s.type, s.case_id ORDER BY';
  const rank = order === 'file' ? `row_number() OVER (${byCase} s.n)` : `row_number() OVER (${byCase} s.at, s.n)`;
  const source = clients.out.query(
    to(`COPY (SELECT s.n, dense_rank() OVER (ORDER BY s.type, s.case_id), ${rank}, coalesce(to_json(s.event_id), json_build_array(s.type, s.case_id, row_number() OVER (${byCase} s.n), s.activity,
      to_char(s.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) FROM ${eventsOf(id, objectType)}) TO STDOUT`),
  );
  const sink = clients.in.query(from(`COPY ${ids} FROM STDIN`));
  let count = 0;
  await pipeline(
    source,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const lines of wholeLines(chunks)) {
        let out = '';
        for (const line of lines) {
          // JSON has no bare tab; its backslashes are doubled here.
          const parts = line.slice(line.lastIndexOf('\t') + 1).replaceAll('\\\\', '\\');
          out += `${line.slice(0, line.lastIndexOf('\t') + 1)}${idOf(parts)}\n`;
          count += 1;
        }
        yield out;
      }
    },
    sink,
  );
  await clients.out.query('COMMIT');
  return count;
}

/** Pieces of a COPY as lists of whole lines. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    yield Buffer.concat([rest, chunk.subarray(0, end)])
      .toString('utf8')
      .split('\n');
    rest = chunk.subarray(end + 1);
  }
  if (rest.length > 0) yield rest.toString('utf8').split('\n');
}
