import { route } from '@/server/http/route';
import { getIntervention, GetInput } from '@/server/interventions/get-intervention';

export const GET = route(GetInput, getIntervention);
