import type { TokenInput, TokenWire } from '@/core/contract/tokens';
import { seenPart } from '@/core/people/reach';
import { permit, reachOf } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { changeAccess, refuse } from '@/server/people/change-people';
import { readToken, revoke } from './store';
import { canRevoke, tokenWire } from './token-wire';

/**
 * Revokes a token: the next request that carries it is answered 401.
 * @throws Problem `not_found`; `illegal_action` where it has ended already; `forbidden` beyond one's own reach
 */
export async function revokeToken(ctx: Ctx, { tokenId }: TokenInput): Promise<TokenWire> {
  permit(ctx, 'tokens.write');
  return changeAccess(ctx, 'tokens.write', async ({ query, actor }) => {
    const token = await readToken(query, tokenId);
    if (token === null || seenPart(reachOf(actor, 'tokens.write'), token) === null) {
      throw new Problem('not_found', 'There is no such token.');
    }
    refuse(canRevoke(actor, token));
    await revoke(query, tokenId);
    const after = await readToken(query, tokenId);
    if (after === null) throw new Error('the token that was revoked is not there');
    const { name, prefix } = token;
    return {
      answer: tokenWire(actor, after),
      events: [{ type: 'TokenRevoked', by: actor.name, tokenId, name, prefix }],
    };
  });
}
