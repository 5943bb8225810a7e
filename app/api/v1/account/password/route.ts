import { ChangePasswordInput } from '@/core/contract/account';
import { changePassword } from '@/server/account/change-password';
import { route } from '@/server/http/route';

export const POST = route(ChangePasswordInput, changePassword, { body: 'json' });
