import { randomUUID } from 'node:crypto';
import type { Actor } from '@/server/auth/actor';
import { chosenTenant } from '@/server/auth/tenant-choice';
import { whoAsks } from '@/server/auth/who';
import { primary, replica } from '@/server/db/prisma';
import { type JobSender, startSender } from '@/server/db/jobs';
import { prismaQuery, type Query } from '@/server/db/query';
import { clientAddress } from './client-address';
import { Problem } from './problem';

/** What every use case is given: who asks, under which reference, and the databases. */
export interface Ctx {
  actor: Actor;
  /** The one tenant that they look at now; null: all that they may see. */
  tenant: string | null;
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

/** Nobody in particular: who asks without a session, where that is allowed at all. */
const NOBODY: Actor = { kind: 'person', id: '', name: 'nobody', grants: [], origin: 'unknown' };

/**
 * The context of a request: who asks is read from its cookie or token.
 * @throws Problem `unauthenticated` without a session or token, unless the route is `open` to nobody
 */
export async function requestContext(headers: Headers, requestId: string, open = false): Promise<Ctx> {
  const actor = await whoAsks(headers);
  if (actor !== null) return createContext(actor, chosenTenant(headers), requestId);
  if (open) return createContext({ ...NOBODY, origin: clientAddress(headers) }, null, requestId);
  throw new Problem('unauthenticated', 'Sign in, or send a token as Authorization: Bearer.');
}

/** The context of an actor. Connects at the first query, not here. */
export function createContext(actor: Actor, tenant: string | null = null, requestId: string = randomUUID()): Ctx {
  return {
    actor,
    tenant,
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
