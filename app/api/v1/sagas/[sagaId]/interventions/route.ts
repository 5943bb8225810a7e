import { route, type RouteContext } from '@/server/http/route';
import { PlanInput, planIntervention } from '@/server/interventions/plan-intervention';
import { requestIntervention, RequestInput } from '@/server/interventions/request-intervention';

const request = route(RequestInput, requestIntervention, {
  body: 'json',
  status: ({ created }) => (created ? 201 : 200),
  wire: ({ intervention }) => intervention,
});
const dryRun = route(PlanInput, planIntervention, { body: 'json' });

const either = (incoming: Request, context: RouteContext): Promise<Response> =>
  (new URL(incoming.url).searchParams.has('dryRun') ? dryRun : request)(incoming, context);
export const POST = Object.assign(either, { input: request.input });
