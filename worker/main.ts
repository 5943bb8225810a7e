import { pathToFileURL } from 'node:url';
import { runDispatcher } from './dispatcher/dispatcher';
import { clearImports } from './imports';
import { ensureIndexes } from './indexes';
import { runFollower } from './follower/run';
import type { Timing } from './dispatcher/advance';
import type { FollowerOptions } from './follower/source';
import { EventProjector } from './projector/events/source';
import { SagaProjector } from './projector/source';
import { keepSnapshots } from './streams/keep-snapshots';

export interface WorkerInput {
  /** The primary. */
  databaseUrl: string;
  log: (line: string) => void;
  signal?: AbortSignal;
  /** Other timings for tests. */
  follower?: Partial<FollowerOptions>;
  timing?: Timing;
  /** false: interventions wait (a rebuild does not call anybody). */
  dispatch?: boolean;
}

export interface Worker {
  /** Ends after the batch at hand; resolves when the connection is closed. */
  stop(): Promise<void>;
  /** Resolves when the worker has ended, by stop or by `signal`. */
  done: Promise<void>;
}

/**
 * Follows saga_log and event_store and keeps the read models: one worker over all processes follows a log, another waits
 * to take over. And carries interventions out: any number of workers do.
 * Outlives a database that is away; wants the schema migrated. Answers at once, before the database does.
 */
export async function startWorker({
  databaseUrl,
  log,
  signal,
  follower,
  timing,
  dispatch = true,
}: WorkerInput): Promise<Worker> {
  const stopping = new AbortController();
  const all = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  const following = { databaseUrl, say: log, signal: all, options: follower };
  const work = Promise.all([
    runFollower({ ...following, source: new SagaProjector(log) }),
    runFollower({ ...following, source: new EventProjector(log) }),
    ensureIndexes(databaseUrl, log, all),
    clearImports({ databaseUrl, say: log, signal: all }),
    keepSnapshots({ databaseUrl, say: log, signal: all }),
    ...(dispatch ? [runDispatcher({ databaseUrl, say: log, signal: all, timing })] : []),
  ]);
  const done = work.then(() => undefined);
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
    done,
  };
}

/** A process of its own: `DATABASE_URL=… tsx worker/main.ts`. */
async function main(databaseUrl: string | undefined): Promise<void> {
  if (!databaseUrl) throw new Error('DATABASE_URL is not set.');
  const worker = await startWorker({ databaseUrl, log: (line) => console.log(line) });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void worker.stop());
  await worker.done;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.env.DATABASE_URL);
}
