import { PgBoss, type Db } from 'pg-boss';
import type { Query } from './query';

/** Everything of the queue is in a schema of its own. Contract part 1. */
const JOB_SCHEMA = 'sagascope_jobs';
/** A job: look at this intervention and do what is due. */
export const ADVANCE = 'intervention';
/** Where jobs end that crashed ten times. */
export const ADVANCE_DEAD = 'intervention_dead';

export interface AdvanceJob {
  interventionId: string;
}

const executor = (query: Query): Db => ({
  executeSql: async (text, values) => ({ rows: await query(text, values ?? []) }),
});

/** Creates or updates the queue's schema and its queues; runs with the migrations, before anything sends. */
export async function installJobs(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: JOB_SCHEMA,
    supervise: false,
    schedule: false,
    max: 2,
  });
  // Errors of its pool; those of the calls below reject.
  boss.on('error', () => undefined);
  await boss.start();
  try {
    await boss.createQueue(ADVANCE_DEAD);
    // retryLimit counts crashes only: calls to participants are counted by the intervention itself.
    const crashes = { retryLimit: 10, retryDelay: 0, heartbeatSeconds: 10, expireInSeconds: 900 };
    await boss.createQueue(ADVANCE, { ...crashes, deadLetter: ADVANCE_DEAD, notify: true, deleteAfterSeconds: 3600 });
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** The queue for the worker that carries jobs out: it also does the queue's upkeep. Start it and hear its `error`. */
export const workerBoss = (databaseUrl: string): PgBoss =>
  new PgBoss({
    connectionString: databaseUrl,
    schema: JOB_SCHEMA,
    application_name: 'sagascope jobs',
    max: 4,
    migrate: false,
    schedule: false,
    useListenNotify: true,
    // A killed worker's job is taken over after its heartbeat (10 s, the least) and this.
    monitorIntervalSeconds: 1,
    superviseIntervalSeconds: 1,
  });

/** Sends jobs in the caller's transaction: a job exists exactly if that commits. */
export interface JobSender {
  /** `startAfter`: epoch ms, not before. */
  advance(query: Query, interventionId: string, startAfter?: number): Promise<void>;
}

export const jobSender = (boss: PgBoss): JobSender => ({
  advance: async (query, interventionId, startAfter) => {
    const data: AdvanceJob = { interventionId };
    const when = startAfter === undefined ? {} : { startAfter: new Date(startAfter) };
    await boss.send(ADVANCE, data, { db: executor(query), ...when });
  },
});

/** A sender that needs no connection of its own: it reads the queue's settings through `query`. */
export async function startSender(query: Query): Promise<JobSender> {
  const boss = new PgBoss({
    schema: JOB_SCHEMA,
    db: executor(query),
    supervise: false,
    schedule: false,
    migrate: false,
  });
  await boss.start();
  return jobSender(boss);
}
