import type { z } from 'zod';
import type { ViewList, ViewListInput, ViewWire } from '@/core/contract/views';
import { permit } from '@/server/auth/permit';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';

/** The saved views of a list: one's own first, then those that others share, each by name. */
export async function listViews(ctx: Ctx, { list }: z.output<typeof ViewListInput>): Promise<ViewList> {
  permit(ctx, 'views.read');
  const items = await selectViews(ctx.db.primary, 'v.list = $2 AND (v.owner_id = $1 OR v.shared)', [
    ctx.actor.id,
    list,
  ]);
  return { items };
}

/** Views as the wire has them; `$1` is the person who asks. */
export function selectViews(query: Query, where: string, params: readonly unknown[]): Promise<ViewWire[]> {
  return query<ViewWire>(
    `SELECT v.id::text AS id, v.list, v.name, v.query, v.shared, v.owner_id = $1 AS mine, p.name AS owner, v.version
     FROM sagascope.saved_view v JOIN sagascope.person p ON p.id = v.owner_id
     WHERE ${where} ORDER BY v.owner_id <> $1, lower(v.name), v.id`,
    params,
  );
}
