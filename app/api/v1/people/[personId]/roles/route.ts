import { SetRolesInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { setRoles } from '@/server/people/set-roles';

export const POST = route(SetRolesInput, setRoles, { body: 'json' });
