import { SetUpInput } from '@/core/contract/account';
import { setUp } from '@/server/account/first-administrator';
import { route } from '@/server/http/route';

export const POST = route(SetUpInput, setUp, { body: 'json', open: true });
