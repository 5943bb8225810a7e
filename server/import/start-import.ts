import { setTimeout as pause } from 'node:timers/promises';
import type { ImportWire, StartImportInput } from '@/core/contract/imports';
import { handOf } from '@/server/auth/hand';
import { permit, reachOf } from '@/server/auth/permit';
import { sees } from '@/server/auth/visible';
import { readJobs } from '@/server/db/import-job';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { importWire } from './import-wire';
import { NotBegun } from './not-begun';
import { runImport } from './run-import';

/** Imports at once, over all processes: each holds its events twice in the database for a while. */
const AT_ONCE = 3;
const PROBLEM_OF = { taken: 'duplicate', full: 'rate_limited' } as const;
/** A connection on which nothing moves is closed: this long after the last byte the answer is how far it is. */
const PATIENCE_MS = 45_000;

/**
 * Imports the file that the body streams in, and answers when it is through: with what was written, or that somebody
 * cancelled it; or that it is `running` still, where writing takes long. A broken off upload writes nothing.
 * @throws Problem `invalid` saying why nothing was written, `forbidden` for a tenant that one does not reach, `duplicate`
 *   for an id that was used, `rate_limited`
 */
export async function startImport(ctx: Ctx, input: StartImportInput): Promise<ImportWire> {
  permit(ctx, 'logs.import');
  const { id, file, size, document, ...options } = input;
  if (!sees({ actor: ctx.actor, tenant: null }, 'logs.import', { tenantId: options.tenant ?? null })) {
    throw new Problem(
      'forbidden',
      options.tenant === undefined
        ? 'Your role is limited to some tenants: say which of them the events belong to.'
        : `Your role does not reach tenant ${options.tenant}.`,
    );
  }
  const arrival = new AbortController();
  const arrived = new Promise<void>((resolve) => arrival.signal.addEventListener('abort', () => resolve()));
  const waited = arrived.then(() => pause(PATIENCE_MS, undefined, { ref: false }));
  const importing = runImport({
    id,
    databaseUrl: process.env.DATABASE_URL ?? '',
    file,
    bytes: bytesOf(document, () => arrival.abort()),
    size,
    options,
    hand: handOf(ctx.actor, 'logs.import', { tenantId: options.tenant ?? null }),
    atMost: AT_ONCE,
    onlyTenant: !reachOf(ctx.actor, 'logs.import').some(({ tenants }) => tenants === null),
  });
  const report = await Promise.race([importing, waited]).catch((error: unknown) => {
    throw error instanceof NotBegun ? new Problem(PROBLEM_OF[error.why], error.message, { cause: error }) : error;
  });
  // It goes on without us: its record says how it ends.
  importing.catch((error: unknown) => console.error(error));
  if (report?.state === 'failed') throw new Problem('invalid', report.message ?? 'The import failed.');
  const [job] = await readJobs(ctx.db.primary, 'j.id = $1::text::uuid', [id], 1);
  if (!job) throw new Problem('not_found', `The import ${id} is gone.`);
  return importWire(ctx, job);
}

async function* bytesOf(body: ReadableStream<Uint8Array>, onEnd: () => void): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    // What was not read is not wanted.
    await reader.cancel().catch(() => undefined);
    onEnd();
  }
}
