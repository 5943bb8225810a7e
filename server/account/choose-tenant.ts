import type { ChooseTenantInput, SessionWire } from '@/core/contract/session';
import { permit } from '@/server/auth/permit';
import { boundsOf } from '@/server/auth/visible';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { getSession } from './get-session';

/**
 * Chooses the one tenant that a person looks at from now on, or all of theirs. It only takes away: what they may see is
 * asked of every read all the same.
 * @throws Problem `forbidden` for a tenant outside of what they may see, whether there is such a one or not
 */
export async function chooseTenant(ctx: Ctx, { tenant }: ChooseTenantInput): Promise<SessionWire> {
  permit(ctx, 'account.write');
  const { tenants } = boundsOf({ actor: ctx.actor, tenant: null }, 'sagas.read');
  if (tenant !== null && tenants !== null && !tenants.includes(tenant)) {
    throw new Problem('forbidden', `Your roles reach no tenant ${tenant}. Choose one of yours, or all of them.`);
  }
  return getSession({ ...ctx, tenant });
}
