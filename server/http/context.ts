import { randomUUID } from 'node:crypto';
import { type Actor, LOCAL_OPERATOR } from '@/server/auth/permit';
import { primary, replica } from '@/server/db/prisma';
import { type JobSender, startSender } from '@/server/db/jobs';
import { prismaQuery, type Query } from '@/server/db/query';

/** What every use case is given: who asks, under which reference, and the databases. */
export interface Ctx {
  actor: Actor;
  /** Reference of this request in answers and in the log. */
  requestId: string;
  db: {
    /** Lists and statistics; may lag behind the primary. */
    replica: Query;
    /** Whatever acts on one saga, and every write. */
    primary: Query;
    /** One transaction on the primary. */
    transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  };
  /** Sends jobs to the worker, inside a transaction of the caller. */
  jobs: JobSender;
}

// One per process; a start that failed (the database was away) is tried again by the next request.
let sender: Promise<JobSender> | undefined;
function jobs(): Promise<JobSender> {
  sender ??= startSender(process.env.DATABASE_URL ?? '').catch((error: unknown) => {
    sender = undefined;
    throw error;
  });
  return sender;
}

// A hundred people may press one button: each waits for the others, and the last one still gets its answer.
const PATIENCE = { maxWait: 15_000, timeout: 20_000 };

/** The context of a request. Connects at the first query, not here. */
export function createContext(requestId: string = randomUUID()): Ctx {
  return {
    actor: LOCAL_OPERATOR,
    requestId,
    db: {
      replica: async (sql, params) => prismaQuery(replica())(sql, params),
      primary: async (sql, params) => prismaQuery(primary())(sql, params),
      transaction: (work) => primary().$transaction((tx) => work(prismaQuery(tx)), PATIENCE),
    },
    jobs: {
      advance: async (query, id) => (await jobs()).advance(query, id),
      followUp: async (query, id, startAfter) => (await jobs()).followUp(query, id, startAfter),
    },
  };
}
