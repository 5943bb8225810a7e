import type { ClientBase } from 'pg';
import { OperatorError } from '@/server/operator-error';
import { pgQuery, type Query } from './query';
import {
  APPEND_ONLY_FUNCTION,
  appendOnlyTrigger,
  CREATE_EVENT_CORRELATION_INDEX,
  CREATE_LOG,
  CREATED_BY_US,
  INSPECT_LOGS,
  type LogTable,
  OPTIONAL_COLUMNS,
  REQUIRED_COLUMNS,
} from './sql/logs';

/** What the role of DATABASE_URL may do with the two logs: the least of both counts. Contract part 1. */
export type Right = 'owner' | 'writer' | 'reader';

export interface InspectedLog {
  table: LogTable;
  exists: boolean;
  /** every column of the table, ours or not */
  columns: string[];
  /** columns of the contract that the table does not have: they read as null */
  missingColumns: string[];
  createdByUs: boolean;
  appendOnly: boolean;
}

export interface InspectedLogs {
  role: string;
  right: Right;
  /** One sentence for the start-up line and the diagnostics page. */
  rightText: string;
  logs: InspectedLog[];
}

interface Row {
  table: LogTable;
  exists: boolean;
  createdByUs: boolean;
  appendOnly: boolean;
  columns: string[];
  owns: boolean;
  selects: boolean;
  inserts: boolean;
}

const RIGHT_TEXT: Record<Right, string> = {
  owner: 'owner: creates the two logs, or adds the optional columns to existing ones',
  writer: 'writer: reads and appends to the existing logs, changes no table',
  reader: 'reader: reads the existing logs only, so there are no interventions',
};

/**
 * Looks at `saga_log` and `event_store` in schema public and at the current role's rights on them. Changes nothing.
 * Throws an {@link OperatorError} with the SQL an owner has to run where the role can neither create nor read a log.
 */
export async function inspectLogs(query: Query): Promise<InspectedLogs> {
  const rows = await query<Row>(INSPECT_LOGS);
  const [{ role } = { role: '' }] = await query<{ role: string }>('SELECT quote_ident(current_user) AS role');
  const right = leastRight(rows, role);
  return {
    role,
    right,
    rightText: RIGHT_TEXT[right],
    logs: rows.map((row) => ({
      table: row.table,
      exists: row.exists,
      columns: row.columns,
      missingColumns: row.exists ? columnsOf(row.table).filter((column) => !row.columns.includes(column)) : [],
      createdByUs: row.createdByUs,
      appendOnly: row.appendOnly,
    })),
  };
}

/**
 * Brings the two logs to the shape of contract part 1 as far as the role may: an owner creates what is absent, append-only,
 * and adds missing optional columns to existing tables; writer and reader change nothing. Needs schema sagascope.
 * Run it alone (migrate holds the lock); answers what is there afterwards.
 */
export async function ensureLogs(client: ClientBase): Promise<InspectedLogs> {
  const found = await inspectLogs(pgQuery(client));
  for (const log of found.logs) {
    const lacking = log.exists ? REQUIRED_COLUMNS[log.table].filter((column) => !log.columns.includes(column)) : [];
    if (lacking.length > 0) {
      throw new OperatorError(
        `Table public.${log.table} exists but has no column ${lacking.join(', ')}: rename that table, or add the column.`,
      );
    }
  }
  if (found.right !== 'owner') return found;
  for (const log of found.logs) {
    if (!log.exists) await createLog(client, log.table);
    else if (log.missingColumns.length > 0) await addColumns(client, log.table, log.missingColumns);
  }
  return inspectLogs(pgQuery(client));
}

/** The columns of contract part 1, required ones first. */
export function columnsOf(table: LogTable): string[] {
  return [...REQUIRED_COLUMNS[table], ...Object.keys(OPTIONAL_COLUMNS[table])];
}

/**
 * A select list over a log that may lack optional columns: a missing one reads as null, so that every reader can name
 * all columns of the contract. `cast` gives the SQL of a column where it is not the bare name (`payload::text`).
 */
export function selectList(
  log: Pick<InspectedLog, 'table' | 'columns'>,
  cast: Readonly<Record<string, string>> = {},
): string {
  return columnsOf(log.table)
    .map((column) => (log.columns.includes(column) ? `${cast[column] ?? column} AS ${column}` : `NULL AS ${column}`))
    .join(', ');
}

function leastRight(rows: Row[], role: string): Right {
  for (const row of rows) {
    if (!row.exists && !row.owns) {
      throw new OperatorError(
        `There is no table public.${row.table} and role ${role} may not create it: as an owner, run GRANT CREATE ON SCHEMA public TO ${role}; or create the table.`,
      );
    }
    if (row.exists && !row.owns && !row.selects) {
      throw new OperatorError(
        `Role ${role} may not read public.${row.table}: as its owner, run GRANT SELECT ON public.${row.table} TO ${role};`,
      );
    }
  }
  if (rows.every((row) => row.owns)) return 'owner';
  return rows.every((row) => row.owns || row.inserts) ? 'writer' : 'reader';
}

async function createLog(client: ClientBase, table: LogTable): Promise<void> {
  await inTransaction(client, [
    APPEND_ONLY_FUNCTION,
    CREATE_LOG[table],
    ...(table === 'event_store' ? [CREATE_EVENT_CORRELATION_INDEX] : []),
    appendOnlyTrigger(table),
    `COMMENT ON TABLE public.${table} IS '${CREATED_BY_US}. Append-only.'`,
  ]);
}

// A writer's long transaction holds the lock that ALTER TABLE needs, and every other writer would queue behind us:
// give up soon, let them through, ask again.
async function addColumns(client: ClientBase, table: LogTable, missing: string[]): Promise<void> {
  const optional = OPTIONAL_COLUMNS[table];
  const clauses = missing.flatMap((column) => {
    const spec = optional[column];
    if (spec === undefined) return [];
    const add = `ADD COLUMN IF NOT EXISTS ${column} ${spec.type}`;
    return spec.defaultForNewRows === undefined
      ? [add]
      : [add, `ALTER COLUMN ${column} SET DEFAULT ${spec.defaultForNewRows}`];
  });
  for (let tries = 1; ; tries++) {
    try {
      await inTransaction(client, [
        `SET LOCAL lock_timeout = '500ms'`,
        `ALTER TABLE public.${table} ${clauses.join(', ')}`,
      ]);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '55P03')) throw error;
      if (tries === 20) {
        throw new OperatorError(
          `Columns ${missing.join(', ')} could not be added to public.${table}: another transaction holds the table. Start again when it has ended.`,
        );
      }
    }
  }
}

async function inTransaction(client: ClientBase, statements: string[]): Promise<void> {
  await client.query('BEGIN');
  try {
    for (const statement of statements) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
