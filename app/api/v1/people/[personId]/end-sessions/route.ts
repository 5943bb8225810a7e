import { ChangePersonInput } from '@/core/contract/people';
import { route } from '@/server/http/route';
import { endSessions } from '@/server/people/end-sessions';

export const POST = route(ChangePersonInput, endSessions, { body: 'json' });
