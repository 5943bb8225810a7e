import { route } from '@/server/http/route';
import { cancelIntervention, ChangeInput } from '@/server/interventions/change-intervention';

export const POST = route(ChangeInput, cancelIntervention, { body: 'json' });
