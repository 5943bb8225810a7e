import { ChangePersonInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { enablePerson } from '@/server/people/enable-person';

export const POST = route(ChangePersonInput, enablePerson, { body: 'json' });
