import { getSession } from '@/server/account/get-session';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, getSession);
