import type { ImportInput, ImportWire } from '@/core/contract/imports';
import { permit } from '@/server/auth/permit';
import { askToCancel } from '@/server/db/import-job';
import type { Ctx } from '@/server/http/context';
import { visibleImport } from './import-wire';

/** Asks a running import to stop: it looks once a second, and then nothing of it is written. An ended one stays as it is. */
export async function cancelImport(ctx: Ctx, { id }: ImportInput): Promise<ImportWire> {
  permit(ctx, 'logs.import');
  await visibleImport(ctx, id);
  await askToCancel(ctx.db.primary, id, ctx.actor.name);
  return visibleImport(ctx, id);
}
