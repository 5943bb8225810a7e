import { InterventionListInput } from '@/core/contract/interventions';
import { route } from '@/server/http/route';
import { listInterventions } from '@/server/interventions/list-interventions';

export const GET = route(InterventionListInput, listInterventions);
