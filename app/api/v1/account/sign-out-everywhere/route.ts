import { signOutEverywhere } from '@/server/account/end-sessions';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const POST = route(NoInput, signOutEverywhere, { body: 'json' });
