import { MakeTokenInput, TokensInput } from '@/core/contract/tokens';
import { route } from '@/server/http/route';
import { listTokens } from '@/server/tokens/list-tokens';
import { makeToken } from '@/server/tokens/make-token';

export const GET = route(TokensInput, listTokens);
export const POST = route(MakeTokenInput, makeToken, { body: 'json' });
