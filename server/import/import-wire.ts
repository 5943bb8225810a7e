import { z } from 'zod';
import { ImportWire } from '@/core/contract/imports';
import { reachOf } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { type RawJob, readJobs } from '@/server/db/import-job';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

const Bad = ImportWire.shape.bad;

/** An import as it goes out. Of one that is done the message tells of other tenants, and only to whom all are shown. */
export const importWire = (ctx: Ctx, { bad, startedAt, endedAt, ...job }: RawJob): ImportWire => ({
  ...job,
  message: job.state === 'done' && !reachesAll(ctx) ? null : job.message,
  bad: Bad.catch([]).parse(z.json().parse(JSON.parse(bad))),
  startedAt: new Date(startedAt).toISOString(),
  endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
});

const reachesAll = (ctx: Ctx): boolean => reachOf(ctx.actor, 'logs.import').some(({ tenants }) => tenants === null);

/** The newest imports that one may see. */
export async function visibleImports(ctx: Ctx, limit: number): Promise<ImportWire[]> {
  const params = new Params();
  const where = visible(ctx, 'logs.import', params, { tenant: 'j.tenant_id' });
  return (await readJobs(ctx.db.primary, where, params.values, limit)).map((job) => importWire(ctx, job));
}

/** One import. @throws Problem `not_found`, also for one that is not seen */
export async function visibleImport(ctx: Ctx, id: string): Promise<ImportWire> {
  const params = new Params();
  const where = `j.id = ${params.add(id)}::text::uuid AND ${visible(ctx, 'logs.import', params, { tenant: 'j.tenant_id' })}`;
  const [job] = await readJobs(ctx.db.primary, where, params.values, 1);
  if (!job) throw new Problem('not_found', `There is no import ${id}.`);
  return importWire(ctx, job);
}
