import { InviteInput, PeopleInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { invitePerson } from '@/server/people/invite-person';
import { listPeople } from '@/server/people/list-people';

export const GET = route(PeopleInput, listPeople);
export const POST = route(InviteInput, invitePerson, { body: 'json' });
