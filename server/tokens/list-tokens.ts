import { z } from 'zod';
import type { TokenList, TokensInput } from '@/core/contract/tokens';
import { permit, reachOf } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { pageCursors, readCursor, refused } from '@/server/http/cursor';
import { readTokens } from './store';
import { tokenWire } from './token-wire';

const Key = z.tuple([z.string().regex(/^\d{4}-[\d\-:.+ ]{10,40}$/), z.guid()]);

/**
 * A page of tokens, newest first: those that work, or those that ended.
 * @throws Problem `invalid` for a cursor of another list
 */
export async function listTokens(ctx: Ctx, input: TokensInput): Promise<TokenList> {
  permit(ctx, 'tokens.read');
  const sort = `tokens ${input.state}`;
  const cursor = input.cursor === undefined ? undefined : readCursor(input.cursor, sort);
  const newer = cursor?.direction === 'previous';
  const found = await readTokens(ctx.db.primary, {
    state: input.state,
    reach: reachOf(ctx.actor, 'tokens.read'),
    from: cursor ? { ...keyOf(cursor.key), newer } : null,
    limit: input.limit + 1,
  });
  const shown = found.slice(0, input.limit);
  if (newer) shown.reverse();
  const keys = shown.map(({ key, id }) => [key, id]);
  return {
    items: shown.map((token) => tokenWire(ctx.actor, token)),
    ...pageCursors(sort, cursor, keys, found.length > input.limit),
  };
}

function keyOf(key: readonly string[]): { at: string; id: string } {
  const parsed = Key.safeParse(key);
  if (!parsed.success) throw refused('this cursor does not fit the list');
  const [at, id] = parsed.data;
  return { at, id };
}
