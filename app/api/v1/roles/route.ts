import { listRoles } from '@/server/account/list-roles';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, listRoles);
