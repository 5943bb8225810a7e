import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Job, PgBoss } from 'pg-boss';
import { ADVANCE, type AdvanceJob, jobSender, lostInterventions, workerBoss } from '@/server/db/jobs';
import { pgQuery } from '@/server/db/query';
import { advance, CONTRACT_TIMING, type Timing, type Tools } from './advance';

/** Interventions that are worked on at a time; each holds a connection while its call is in flight. */
const AT_A_TIME = 8;
const SWEEP_MS = 2_000;
const AGAIN_MS = 1_000;
/** How long the end waits for calls in flight. A call that is cut is sent again with the same number. */
const PATIENCE_MS = 3_000;
const SAY_EVERY = 30;

export interface DispatcherInput {
  databaseUrl: string;
  say: (line: string) => void;
  signal: AbortSignal;
  /** Other timings for tests. */
  timing?: Timing;
}

/**
 * Carries interventions out until `signal` aborts: takes jobs of the queue, several at a time, and finds what has lost
 * its job. Any number of workers may run it. Outlives a database that is away. Never rejects.
 */
export async function runDispatcher({ databaseUrl, say, signal, timing }: DispatcherInput): Promise<void> {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'sagascope dispatcher',
    max: AT_A_TIME + 2,
  });
  // Errors of idle connections; those of queries reject.
  pool.on('error', () => undefined);
  const cut = new AbortController();
  try {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await dispatchUntilStopped({ databaseUrl, pool, say, signal, cut, timing: timing ?? CONTRACT_TIMING });
      } catch (error) {
        if (failures <= 2 || failures % SAY_EVERY === 0)
          say(`Dispatching interventions stopped, trying again: ${told(error)}`);
        await pause(AGAIN_MS, signal);
      }
    }
  } finally {
    cut.abort();
    await pool.end();
  }
}

interface Dispatching extends Required<DispatcherInput> {
  pool: Pool;
  cut: AbortController;
}

async function dispatchUntilStopped(input: Dispatching): Promise<void> {
  const { databaseUrl, pool, say, signal, cut, timing } = input;
  const boss = workerBoss(databaseUrl);
  boss.on('error', seldom(say, 'The queue of interventions has trouble'));
  await boss.start();
  try {
    const secretOf = (name: string): string | undefined => process.env[name];
    const tools: Tools = { pool, jobs: jobSender(boss), timing, signal: cut.signal, secretOf };
    await work(boss, tools, say);
    await sweepUntilStopped(tools, say, signal);
  } finally {
    const late = setTimeout(() => cut.abort(), PATIENCE_MS);
    await boss.stop({ graceful: true, timeout: PATIENCE_MS + 1_000 });
    clearTimeout(late);
  }
}

async function work(boss: PgBoss, tools: Tools, say: (line: string) => void): Promise<void> {
  const complain = seldom(say, 'An intervention could not be advanced, trying again');
  const options = {
    batchSize: 1,
    localConcurrency: AT_A_TIME,
    pollingIntervalSeconds: 1,
    notifyPollingIntervalSeconds: 1,
  };
  await boss.work<AdvanceJob>(ADVANCE, options, async ([job]: Job<AdvanceJob>[]) => {
    if (!job) return;
    try {
      await advance(tools, job.data.interventionId);
    } catch (error) {
      if (!tools.signal.aborted) complain(error);
      throw error;
    }
  });
}

/** What has lost its job gets another. */
async function sweepUntilStopped(
  { pool, jobs }: Tools,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const query = pgQuery(pool);
  const complain = seldom(say, 'Looking for forgotten interventions failed, trying again');
  while (!signal.aborted) {
    try {
      for (const id of await lostInterventions(query)) await jobs.advance(query, id);
    } catch (error) {
      complain(error);
    }
    await pause(SWEEP_MS, signal);
  }
}

/** A line for the first two of the same kind, then for every thirtieth: a database that is away would fill the log. */
function seldom(say: (line: string) => void, what: string): (error: unknown) => void {
  let times = 0;
  return (error) => {
    times += 1;
    if (times <= 2 || times % SAY_EVERY === 0) say(`${what}: ${told(error)}`);
  };
}

/** The queue's errors are objects with a message, not always an Error. */
function told(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
