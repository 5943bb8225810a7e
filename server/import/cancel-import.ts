import type { ImportInput, ImportWire } from '@/core/contract/imports';
import { permit } from '@/server/auth/permit';
import { handOf } from '@/server/auth/hand';
import { requestCancel } from '@/server/db/import-record';
import type { Ctx } from '@/server/http/context';
import { visibleImport } from './import-wire';

/** Asks a running import to stop: it looks once a second, and then nothing of it is written. An ended one stays as it is. */
export async function cancelImport(ctx: Ctx, { id }: ImportInput): Promise<ImportWire> {
  permit(ctx, 'logs.import');
  const { file, tenantId } = await visibleImport(ctx, id);
  const hand = handOf(ctx.actor, 'logs.import', { tenantId });
  await ctx.db.transaction((query) => requestCancel(query, { id, file, tenantId, hand }));
  return visibleImport(ctx, id);
}
