import { WelcomeInput } from '@/core/contract/account';
import { welcome } from '@/server/account/welcome';
import { route } from '@/server/http/route';

export const POST = route(WelcomeInput, welcome, { body: 'json', open: true });
