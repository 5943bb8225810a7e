import { TokenInput } from '@/core/contract/tokens';
import { route } from '@/server/http/route';
import { revokeToken } from '@/server/tokens/revoke-token';

export const POST = route(TokenInput, revokeToken, { body: 'json' });
