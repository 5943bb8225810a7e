import type { z } from 'zod';
import type { ChangeViewInput, NewViewInput, RemoveViewInput, ViewWire } from '@/core/contract/views';
import { type ViewEvent, viewEventText } from '@/core/journal/view-event';
import { handOf } from '@/server/auth/hand';
import { permit, permits, whyNot } from '@/server/auth/permit';
import { databaseNow } from '@/server/db/clock';
import { appendJournal } from '@/server/db/journal';
import { notifyLive } from '@/server/db/notify';
import type { Query } from '@/server/db/query';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { selectViews } from './list-views';

/** A person's own views of one list at most: more make no row of tabs. */
const MOST = 50;

/**
 * Keeps filters of a list under a name. The same id again changes nothing.
 * @throws Problem `duplicate` for an id that is another view's, `illegal_action` for too many
 */
export async function saveView(ctx: Ctx, input: NewViewInput): Promise<ViewWire> {
  permit(ctx, 'views.write');
  refuseSharing(ctx, input.shared);
  const { id, list, name, query: text, shared } = input;
  return ctx.db.transaction(async (query) => {
    // A double click comes twice at once: one waits here for the other.
    await query(`SELECT 1 AS locked FROM sagascope.person WHERE id = $1 FOR UPDATE`, [ctx.actor.id]);
    const [before] = await selectViews(query, ctx.actor, 'v.id = $2::uuid', [id]);
    if (before) {
      if (before.mine && before.name === name && before.query === text && before.shared === shared) return before;
      throw new Problem('duplicate', 'This id is another view’s. Save it under a new one.');
    }
    const [held] = await query<{ n: number }>(
      'SELECT count(*)::int AS n FROM sagascope.saved_view WHERE owner_id = $1 AND list = $2',
      [ctx.actor.id, list],
    );
    if ((held?.n ?? 0) >= MOST) {
      throw new Problem('illegal_action', `You have ${MOST} views of this list already. Remove one first.`);
    }
    await query(
      'INSERT INTO sagascope.saved_view (id, list, name, query, shared, owner_id) VALUES ($1::uuid, $2, $3, $4, $5, $6)',
      [id, list, name, text, shared, ctx.actor.id],
    );
    const view = await theView(query, ctx, id);
    if (shared) await journal(query, ctx, view, { type: 'ViewShared' });
    return view;
  });
}

/**
 * Renames a view, shares it, or gives it other filters: one's own, or as an administrator a shared one.
 * @throws Problem `not_found`, `forbidden`, `stale_view` where somebody changed it meanwhile
 */
export async function changeView(ctx: Ctx, input: ChangeViewInput): Promise<ViewWire> {
  permit(ctx, 'views.write');
  return ctx.db.transaction(async (query) => {
    const view = await changeable(query, ctx, input.id);
    if (input.shared !== view.shared) refuseSharing(ctx, input.shared);
    if (view.version !== input.version) {
      throw new Problem('stale_view', 'Somebody has changed this view since you looked. Look at it again.');
    }
    await query(
      `UPDATE sagascope.saved_view SET name = $2, query = $3, shared = $4, version = version + 1, updated_at = now()
       WHERE id = $1::uuid`,
      [input.id, input.name, input.query, input.shared],
    );
    // Also where an administrator has made another's view theirs alone.
    const [after] = await selectViews(query, ctx.actor, 'v.id = $2::uuid', [input.id]);
    if (!after) throw new Error('a view that is locked does not go away');
    await journalChange(query, ctx, view, after);
    return after;
  });
}

/**
 * Removes a view: one's own, or as an administrator a shared one.
 * @throws Problem `not_found`, `forbidden`
 */
export async function removeView(ctx: Ctx, { id }: z.output<typeof RemoveViewInput>): Promise<ViewWire> {
  permit(ctx, 'views.write');
  return ctx.db.transaction(async (query) => {
    const view = await changeable(query, ctx, id);
    await query('DELETE FROM sagascope.saved_view WHERE id = $1::uuid', [id]);
    if (view.shared) await journal(query, ctx, view, { type: 'SharedViewRemoved', owner: view.owner });
    return view;
  });
}

async function changeable(query: Query, ctx: Ctx, id: string): Promise<ViewWire> {
  await query('SELECT 1 AS locked FROM sagascope.saved_view WHERE id = $1::uuid FOR UPDATE', [id]);
  const view = await theView(query, ctx, id);
  if (view.fixed !== null) throw new Problem('forbidden', view.fixed);
  return view;
}

async function theView(query: Query, ctx: Ctx, id: string): Promise<ViewWire> {
  const [view] = await selectViews(query, ctx.actor, 'v.id = $2::uuid AND (v.owner_id = $1 OR v.shared)', [id]);
  if (view) return view;
  throw new Problem('not_found', 'There is no such view, or nobody shares it with you.');
}

function refuseSharing(ctx: Ctx, shared: boolean): void {
  if (shared && !permits(ctx.actor, 'views.share')) throw new Problem('forbidden', whyNot(ctx.actor, 'views.share'));
}

async function journalChange(query: Query, ctx: Ctx, before: ViewWire, after: ViewWire): Promise<void> {
  const { owner } = before;
  if (!before.shared && !after.shared) return;
  if (!before.shared) return journal(query, ctx, after, { type: 'ViewShared' });
  if (!after.shared) return journal(query, ctx, after, { type: 'ViewUnshared', owner });
  if (before.name === after.name && before.query === after.query) return;
  const was = { nameBefore: before.name, queryBefore: before.query };
  await journal(query, ctx, after, { type: 'SharedViewChanged', owner, ...was });
}

/** What everybody sees leaves an entry; last in the transaction, since it holds other writers of the journal back. */
async function journal(
  query: Query,
  ctx: Ctx,
  { id: viewId, list, name, query: filters, mine }: ViewWire,
  what: Omitted<ViewEvent, 'by' | 'viewId' | 'list' | 'name' | 'query'>,
): Promise<void> {
  await notifyLive(query, ['audit']);
  const hand = handOf(ctx.actor, mine ? 'views.write' : 'people.write');
  const body = viewEventText({ ...what, by: hand.actor, viewId, list, name, query: filters });
  const of = { type: what.type, tenantId: '', sagaId: null, interventionId: null };
  await appendJournal(query, [{ ...of, at: await databaseNow(query), ...hand, body }]);
}

/** Each member of a union without some of its fields. */
type Omitted<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;
