import type { ImportInput, ImportList, ImportWire } from '@/core/contract/imports';
import { permit } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { visibleImport, visibleImports } from './import-wire';

const NEWEST = 50;

/** The newest imports, running ones included. */
export async function listImports(ctx: Ctx): Promise<ImportList> {
  permit(ctx, 'logs.import');
  return { items: await visibleImports(ctx, NEWEST) };
}

/** One import, and how far it is. @throws Problem `not_found` */
export async function getImport(ctx: Ctx, { id }: ImportInput): Promise<ImportWire> {
  permit(ctx, 'logs.import');
  return visibleImport(ctx, id);
}
