import type { Pool } from 'pg';
import { type ImportEvent, importEventText } from '@/core/journal/import-event';
import { databaseNow } from './clock';
import {
  askToCancel,
  endJob,
  endSilentJobs,
  insertJob,
  type JobEnd,
  KILLED,
  type NewJob,
  runningJobs,
} from './import-job';
import { leftStages } from './import-stage';
import type { Hand } from './interventions';
import { appendJournal } from './journal';
import { notifyLive } from './notify';
import { poolTransaction, type Query } from './query';

/** What the journal says of an import, wherever it stands. */
export interface RecordedImport {
  id: string;
  file: string;
  tenantId: string | null;
  /** Who imports. */
  hand: Hand;
}

const SWEEPER: Omit<Hand, 'actor'> = { role: 'worker', origin: 'worker' };

/** One import at a time begins: two would each count the others without each other. */
const BEGIN_LOCK = 7_310_416_000_042n;

/**
 * Begins the record of an import, with its journal entry, unless there is one of this id (`taken`) or `atMost` imports
 * run (`full`; null: any number may).
 */
export const beginImport = (
  pool: Pool,
  { id, file, tenantId, hand }: RecordedImport,
  { bytesTotal, atMost }: Pick<NewJob, 'bytesTotal'> & { atMost: number | null },
): Promise<'begun' | 'taken' | 'full'> =>
  poolTransaction(pool, async (query) => {
    await query(`SELECT count(pg_advisory_xact_lock($1::text::bigint)::text)::int AS locked`, [BEGIN_LOCK.toString()]);
    if (atMost !== null && (await runningJobs(query)) >= atMost) return 'full';
    if (!(await insertJob(query, { id, file, tenantId, startedBy: hand.actor, bytesTotal }))) return 'taken';
    await journal(query, tenantId, hand, { type: 'ImportStarted', importId: id, file, by: hand.actor });
    return 'begun';
  });

/**
 * Ends a running import, with its journal entry, in the caller's transaction; call it last. False where it is not
 * running any more (given up as dead, or ended by another hand).
 */
export async function endImport(
  query: Query,
  { id, file, tenantId, hand }: RecordedImport,
  end: JobEnd,
  cancelledBy: string | null,
): Promise<boolean> {
  if (!(await endJob(query, id, end))) return false;
  const { state, written, known, cases, badLines, message } = end;
  const of = { importId: id, file, by: hand.actor };
  await journal(
    query,
    tenantId,
    hand,
    state === 'done'
      ? { type: 'ImportCompleted', ...of, written, known, cases, badLines }
      : state === 'cancelled'
        ? { type: 'ImportCancelled', ...of, cancelledBy }
        : { type: 'ImportFailed', ...of, message: message ?? '' },
  );
  return true;
}

/** Asks a running import to stop, in the caller's transaction: it looks once a second. */
export async function requestCancel(query: Query, { id, file, tenantId, hand }: RecordedImport): Promise<void> {
  if (!(await askToCancel(query, id, hand.actor))) return;
  await journal(query, tenantId, hand, { type: 'ImportCancelRequested', importId: id, file, by: hand.actor });
}

/** Ends imports whose process is gone, and drops tables that no running import owns. Safe at any moment, from any process. */
export async function sweepImports(pool: Pool): Promise<void> {
  await poolTransaction(pool, async (query) => {
    for (const { id, file, tenantId, startedBy } of await endSilentJobs(query)) {
      const event = { type: 'ImportFailed', importId: id, file, by: startedBy, message: KILLED } as const;
      await journal(query, tenantId, { actor: 'sagascope', ...SWEEPER }, event);
    }
  });
  for (const name of await leftStages(pool)) await pool.query(`DROP TABLE IF EXISTS ${name}`);
}

async function journal(query: Query, tenantId: string | null, hand: Hand, event: ImportEvent): Promise<void> {
  await notifyLive(query, ['audit']);
  const at = await databaseNow(query);
  const of = { type: event.type, tenantId: tenantId ?? '', sagaId: null, interventionId: null };
  await appendJournal(query, [{ ...of, at, ...hand, body: importEventText(event) }]);
}
