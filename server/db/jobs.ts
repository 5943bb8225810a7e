import { PgBoss, type Db } from 'pg-boss';
import { Params } from './params';
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
    // migrate makes it, and says what to do where the role may not.
    createSchema: false,
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
    const crashes = { retryLimit: 10, retryDelay: 1, heartbeatSeconds: 10, expireInSeconds: 900 };
    await boss.createQueue(ADVANCE, { ...crashes, deadLetter: ADVANCE_DEAD, notify: true, deleteAfterSeconds: 600 });
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
  /** Look at it now: something about it changed. */
  advance(query: Query, interventionId: string): Promise<void>;
  /** Look at it again at `startAfter` (epoch ms), unless a job does so no later. */
  followUp(query: Query, interventionId: string, startAfter: number): Promise<void>;
}

export const jobSender = (boss: PgBoss): JobSender => {
  const send = async (query: Query, interventionId: string, when: { startAfter?: Date }): Promise<void> => {
    const data: AdvanceJob = { interventionId };
    // A label to find its jobs by: the queue's policy makes nothing unique.
    await boss.send(ADVANCE, data, { db: executor(query), singletonKey: interventionId, ...when });
  };
  return {
    advance: (query, interventionId) => send(query, interventionId, {}),
    followUp: async (query, interventionId, startAfter) => {
      const [queued] = await query<{ any: boolean }>(
        `select exists (select from sagascope_jobs.job where name = $1 and singleton_key = $2 and state < 'active'
           and start_after <= to_timestamp($3::float8 / 1000)) as any`,
        [ADVANCE, interventionId, startAfter],
      );
      if (!queued?.any) await send(query, interventionId, { startAfter: new Date(startAfter) });
    },
  };
};

/**
 * Interventions that nobody looks at although somebody should: active ones without a job (a lost one; after a job that
 * crashed ten times a minute later), and stopped ones whose saga has rows that were not there at the last look.
 */
export async function lostInterventions(query: Query): Promise<string[]> {
  const rows = await query<{ id: string }>(
    `select i.id::text as id from sagascope.intervention i
      where i.state in ('awaiting_approval', 'approved', 'dispatching', 'accepted', 'failed', 'dead_lettered', 'no_evidence')
        and case when i.state not in ('failed', 'dead_lettered', 'no_evidence') then i.updated_at < now() - interval '2 s'
             else exists (select from sagascope.saga s where s.saga_id = i.saga_id and s.row_count > i.looked_rows) end
        and not exists (select from sagascope_jobs.job j where j.name = $1 and j.singleton_key = i.id::text
             and j.state in ('created', 'retry', 'active'))
        and not exists (select from sagascope_jobs.job d where d.name = $2 and d.data ->> 'interventionId' = i.id::text
             and d.created_on > now() - interval '60 s')
      order by i.updated_at limit 1000`,
    [ADVANCE, ADVANCE_DEAD],
  );
  return rows.map(({ id }) => id);
}

export interface CompensationQueue {
  /** Interventions under way. */
  pending: number;
  /** Those that stopped without proof, and crashed ones. */
  dead: number;
  /** Those whose job crashed again and again: a fault of ours. */
  crashed: number;
}

/**
 * How many interventions wait for what. Contract part 5, compensation_queue. `seen`: SQL condition over `i`, of those that
 * the reader may see; crashes are ours and are counted whosever they are.
 */
export async function compensationQueue(query: Query, seen: (params: Params) => string): Promise<CompensationQueue> {
  const params = new Params([ADVANCE_DEAD]);
  const [row] = await query<CompensationQueue>(
    `select count(*) filter (where seen and not stopped and not crashed)::float8 as pending,
            count(*) filter (where seen and (stopped or crashed))::float8 as dead,
            count(*) filter (where crashed)::float8 as crashed
       from (select i.state in ('failed', 'dead_lettered', 'no_evidence') as stopped, ${seen(params)} as seen,
               exists (select from sagascope_jobs.job d where d.name = $1 and d.state < 'active'
                 and d.data ->> 'interventionId' = i.id::text and d.created_on > i.updated_at) as crashed
               from sagascope.intervention i
              where i.state in ('awaiting_approval', 'approved', 'dispatching', 'accepted', 'failed', 'dead_lettered', 'no_evidence')) a`,
    params.values,
  );
  return row ?? { pending: 0, dead: 0, crashed: 0 };
}

/** A sender for a process that carries no jobs out: one connection to learn the queue's settings, sends go by the caller's. */
export async function startSender(databaseUrl: string): Promise<JobSender> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: JOB_SCHEMA,
    application_name: 'sagascope web jobs',
    max: 1,
    supervise: false,
    schedule: false,
    migrate: false,
  });
  // Errors of its pool; those of a send reject.
  boss.on('error', () => undefined);
  await boss.start();
  return jobSender(boss);
}
