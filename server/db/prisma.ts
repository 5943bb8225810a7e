import { PrismaPg } from '@prisma/adapter-pg';
import { OperatorError } from '@/server/operator-error';
import { PrismaClient } from './generated/client';

// Kept on globalThis: a development server evaluates this module again after every change.
const clients = globalThis as typeof globalThis & { sagascopePrisma?: Map<string, PrismaClient> };

/**
 * The Prisma client of the primary, one per process, made at the first call: a build needs no database. The worker and
 * whatever acts on a saga read here. Throws when DATABASE_URL is not set.
 */
export function primary(): PrismaClient {
  return clientOf(process.env.DATABASE_URL);
}

/** The Prisma client that lists and statistics read from: DATABASE_REPLICA_URL, else the primary. */
export function replica(): PrismaClient {
  return clientOf(process.env.DATABASE_REPLICA_URL ?? process.env.DATABASE_URL);
}

function clientOf(url: string | undefined): PrismaClient {
  if (url === undefined) throw new OperatorError('DATABASE_URL is not set: start the console with npm start.');
  const known = (clients.sagascopePrisma ??= new Map());
  const existing = known.get(url);
  if (existing !== undefined) return existing;
  const adapter = new PrismaPg({
    connectionString: url,
    application_name: 'sagascope web',
    // Reads take milliseconds: more connections than cores would only queue inside PostgreSQL.
    max: 10,
    // No page waits longer: a statement that runs on would hold a connection that others need.
    statement_timeout: 10_000,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
  });
  const client = new PrismaClient({ adapter });
  known.set(url, client);
  return client;
}
