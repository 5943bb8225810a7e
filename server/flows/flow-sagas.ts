import type { Flow } from '@/core/contract/flows';
import type { StepStateWire } from '@/core/contract/sagas';
import { PICTURE_STEPS } from '@/core/flow/budget';
import type { FlowStep } from '@/core/flow/steps';
import { permits } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { correlationOrder, inCorrelation } from '@/server/db/event-walk';
import { Params } from '@/server/db/params';
import { epochMs, sagaLogColumns } from '@/server/db/saga-log';
import type { Ctx } from '@/server/http/context';
import { type FlowCommands, NO_COMMANDS, readCommands } from './flow-commands';

const MOST_SAGAS = 5;
/** Rows of one saga that are looked through for when its steps began. */
const ROWS = 300;
/** Events of the flow, its first ones, that are asked which saga they belong to. */
const ASKED = 20;
const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';

export interface FlowSagas {
  tenantId: string | null;
  sagas: Flow['sagas'];
  moreSagas: boolean;
  steps: FlowStep[];
  stepTotal: number;
  /** Where they were asked for. */
  commands: FlowCommands;
}

const NONE: FlowSagas = { tenantId: null, sagas: [], moreSagas: false, steps: [], stepTotal: 0, commands: NO_COMMANDS };

interface Row {
  sagaId: string;
  sagaType: string;
  status: Flow['sagas'][number]['status'];
  businessKey: string | null;
  tenantId: string;
  service: string | null;
  startedAt: number;
  steps: string;
}

/**
 * The sagas of a correlation, those that carry it and those that its first events name, with their steps, as far as this
 * person may see them and one picture takes them.
 * @param tenantId the tenant of the flow; null: there is no event, the tenant of the first saga counts
 */
export async function readSagas(
  ctx: Ctx,
  correlationId: string,
  tenantId: string | null,
  withCommands: boolean,
): Promise<FlowSagas> {
  if (!permits(ctx.actor, 'sagas.read')) return NONE;
  const params = new Params();
  const correlation = params.add(correlationId);
  const tenant = tenantId === null ? null : `${params.add(tenantId)}::text`;
  const named =
    tenant === null
      ? ''
      : `or s.saga_id = any(array(select case when e.saga_id ~ '${UUID}' then e.saga_id::uuid end
           from (select x.saga_id from sagascope.event_index x where x.tenant_id = ${tenant}
             and ${inCorrelation('x', `${correlation}::text`)} ${correlationOrder('x')} limit ${ASKED}) e))`;
  const may = visible(ctx, 'sagas.read', params, { tenant: 's.tenant_id', sagaType: 's.saga_type' });
  const rows = await ctx.db.replica<Row>(
    `select s.saga_id::text as "sagaId", s.saga_type as "sagaType", s.status, s.business_key as "businessKey",
       s.tenant_id as "tenantId", s.service, floor(extract(epoch from s.started_at) * 1000)::float8 as "startedAt",
       s.steps::text as steps
     from sagascope.saga s where (s.correlation_id = ${correlation}::text ${named}) and ${tenant === null ? 'true' : `s.tenant_id = ${tenant}`} and ${may}
     order by s.started_at, s.saga_id limit ${MOST_SAGAS + 1}`,
    params.values,
  );
  const owner = tenantId ?? rows[0]?.tenantId ?? null;
  // Sagas of several tenants: those of the first one, all that there are of it.
  if (rows.some((row) => row.tenantId !== owner)) return readSagas(ctx, correlationId, owner, withCommands);
  const sagas = rows.slice(0, MOST_SAGAS);
  if (sagas.length === 0) return NONE;
  const [began, commands] = await Promise.all([
    readBeginnings(ctx, sagas),
    withCommands
      ? readCommands(
          ctx.db.replica,
          sagas.map(({ sagaId }) => sagaId),
        )
      : NO_COMMANDS,
  ]);
  const steps = sagas.flatMap((saga) => stepsOf(saga, began)).sort((a, b) => a.at - b.at);
  return {
    tenantId: owner,
    sagas: sagas.map(({ sagaId, sagaType, status, businessKey }) => ({ sagaId, sagaType, status, businessKey })),
    moreSagas: rows.length > MOST_SAGAS,
    steps: steps.slice(0, PICTURE_STEPS),
    stepTotal: steps.length,
    commands,
  };
}

/** Steps as the saga's read model has them; those that never began stand in no flow. */
function stepsOf({ sagaId, service, startedAt, steps }: Row, began: ReadonlyMap<string, Beginning>): FlowStep[] {
  return (JSON.parse(steps) as { stepName: string; state: StepStateWire }[]).flatMap(({ stepName, state }) => {
    if (state === 'not_started') return [];
    const beginning = began.get(`${sagaId} ${stepName}`);
    return [{ sagaId, stepName, state, service: beginning?.service ?? service ?? '', at: beginning?.at ?? startedAt }];
  });
}

interface Beginning {
  service: string | null;
  at: number;
}

/** When each step began and which service said so, from the first rows of each saga. */
async function readBeginnings(ctx: Ctx, sagas: readonly Row[]): Promise<Map<string, Beginning>> {
  const columns = await sagaLogColumns(ctx.db.replica);
  const service = columns.has('service') ? 'l.service::text' : 'null::text';
  const rows = await ctx.db.replica<{ sagaId: string; stepName: string; at: number; service: string | null }>(
    `select distinct on (s.id, l.step_name) s.id::text as "sagaId", l.step_name as "stepName", l.at, l.service
     from unnest($1::uuid[]) as s(id) cross join lateral (
       select l.id, coalesce(l.step_name::text, '') as step_name, ${epochMs('coalesce(l.created_at, now())')} as at,
         ${service} as service
       from public.saga_log l where l.saga_id = s.id order by l.id limit ${ROWS}) l
     order by s.id, l.step_name, l.id`,
    [sagas.map(({ sagaId }) => sagaId)],
  );
  return new Map(rows.map(({ sagaId, stepName, at, service: by }) => [`${sagaId} ${stepName}`, { at, service: by }]));
}
