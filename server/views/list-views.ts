import type { z } from 'zod';
import type { ViewList, ViewListInput, ViewWire } from '@/core/contract/views';
import type { Actor } from '@/server/auth/actor';
import { permit, permitsForAll } from '@/server/auth/permit';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';

/** The saved views of a list: one's own first, then those that others share, each by name. */
export async function listViews(ctx: Ctx, { list }: z.output<typeof ViewListInput>): Promise<ViewList> {
  permit(ctx, 'views.read');
  return {
    items: await selectViews(ctx.db.primary, ctx.actor, 'v.list = $2 AND (v.owner_id = $1 OR v.shared)', [list]),
  };
}

/** Views as the wire has them for who asks; `$1` is they, `$2…` are the parameters. */
export async function selectViews(
  query: Query,
  actor: Actor,
  where: string,
  params: readonly unknown[],
): Promise<ViewWire[]> {
  const views = await query<Omit<ViewWire, 'fixed'>>(
    `SELECT v.id::text AS id, v.list, v.name, v.query, v.shared, v.owner_id = $1 AS mine, p.name AS owner, v.version
     FROM sagascope.saved_view v JOIN sagascope.person p ON p.id = v.owner_id
     WHERE ${where} ORDER BY v.owner_id <> $1, lower(v.name), v.id`,
    [actor.id, ...params],
  );
  return views.map((view) => ({ ...view, fixed: whyFixed(actor, view) }));
}

// A shared view is everybody's, whatever their tenants.
function whyFixed(actor: Actor, { mine, owner }: Pick<ViewWire, 'mine' | 'owner'>): string | null {
  if (mine || permitsForAll(actor, 'people.write')) return null;
  return `${owner} made this view: ask them, or an administrator of all tenants, to change it.`;
}
