import { ChangePersonInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { resetPerson } from '@/server/people/reset-person';

export const POST = route(ChangePersonInput, resetPerson, { body: 'json' });
