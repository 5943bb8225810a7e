import { DisablePersonInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { disablePerson } from '@/server/people/disable-person';

export const POST = route(DisablePersonInput, disablePerson, { body: 'json' });
