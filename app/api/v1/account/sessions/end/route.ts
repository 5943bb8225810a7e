import { EndSessionInput } from '@/core/contract/account';
import { endSession } from '@/server/account/end-sessions';
import { route } from '@/server/http/route';

export const POST = route(EndSessionInput, endSession, { body: 'json' });
