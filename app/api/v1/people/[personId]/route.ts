import { PersonInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { getPerson } from '@/server/people/get-person';

export const GET = route(PersonInput, getPerson);
