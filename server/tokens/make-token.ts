import type { MadeToken, MakeTokenInput } from '@/core/contract/tokens';
import { within } from '@/core/people/reach';
import { TOKEN_SCOPES } from '@/core/people/roles';
import { permit, reachOf } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { changeAccess } from '@/server/people/change-people';
import { tidy } from '@/server/people/grants';
import { insertToken, readToken } from './store';
import { tokenWire } from './token-wire';

/**
 * Makes a token for a machine. Its secret is answered here and nowhere else; it ends by itself after a year at most.
 * @throws Problem `forbidden` for places beyond one's own reach
 */
export async function makeToken(ctx: Ctx, input: MakeTokenInput): Promise<MadeToken> {
  permit(ctx, 'tokens.write');
  const { name, expiresInDays } = input;
  const scopes = TOKEN_SCOPES.filter((scope) => input.scopes.includes(scope));
  const reach = { tenants: tidy(input.tenants), sagaTypes: tidy(input.sagaTypes) };
  return changeAccess(ctx, 'tokens.write', async ({ query, actor }) => {
    if (!within(reachOf(actor, 'tokens.write'), reach)) {
      throw new Problem('forbidden', 'Nobody makes a token that reaches further than their own role.');
    }
    const { id, secret } = await insertToken(query, actor.id, { name, scopes, ...reach, expiresInDays });
    const stored = await readToken(query, id);
    if (stored === null) throw new Error('the token that was written is not there');
    const token = tokenWire(actor, stored);
    const { prefix, expiresAt } = token;
    const made = { tokenId: id, name, prefix, scopes, ...reach, expiresAt: expiresAt ?? '' };
    return { answer: { token, secret }, events: [{ type: 'TokenMade', by: actor.name, ...made }] };
  });
}
