import { route } from '@/server/http/route';
import { retryIntervention, ChangeInput } from '@/server/interventions/change-intervention';

export const POST = route(ChangeInput, retryIntervention, { body: 'json' });
