import { getAccount } from '@/server/account/get-account';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, getAccount);
