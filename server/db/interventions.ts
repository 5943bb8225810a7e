import { decide, type InterventionCommand, type Refused } from '@/core/intervention/decide';
import { effectKey, idempotencyKey, callBody, type CallBody, type Effect } from '@/core/intervention/effect-key';
import type { InterventionCourse, InterventionEvent } from '@/core/intervention/events';
import { eventText } from '@/core/intervention/event-text';
import { evolve } from '@/core/intervention/evolve';
import { foldFact } from '@/core/intervention/fold-fact';
import type { Plan } from '@/core/intervention/plan';
import { planFromText, planText } from '@/core/intervention/plan-text';
import { isFinal, type InterventionState } from '@/core/intervention/state';
import type { InterventionFact } from '@/core/saga/saga';
import { appendJournal } from './journal';
import { Params } from './params';
import type { Query } from './query';

/** Who acts, as the journal names it. */
export interface Hand {
  actor: string;
  role: string;
  /** `console`, `worker`, or an address. */
  origin: string;
}

export interface StoredIntervention {
  id: string;
  tenantId: string;
  sagaId: string;
  sagaType: string;
  requestHash: string;
  /** Raised by every change: what compare-and-set compares. */
  version: number;
  plan: Plan;
  course: InterventionCourse;
}

/** The same with its json as text. */
interface Row extends Omit<StoredIntervention, 'plan' | 'course'> {
  plan: string;
  course: string;
}

const COLUMNS = `id::text as id, tenant_id as "tenantId", saga_id::text as "sagaId", saga_type as "sagaType",
  request_hash as "requestHash", version, plan, course`;
// The course is our own JSON, written by insertIntervention and changeIntervention only.
const stored = (row: Row): StoredIntervention => ({
  ...row,
  plan: planFromText(row.plan),
  course: JSON.parse(row.course) as InterventionCourse,
});

/** One intervention, or null. */
export async function findIntervention(query: Query, id: string): Promise<StoredIntervention | null> {
  const [row] = await query<Row>(`select ${COLUMNS} from sagascope.intervention where id = $1::text::uuid`, [id]);
  return row ? stored(row) : null;
}

/** Interventions of a saga, newest first. */
export async function interventionsOf(query: Query, sagaId: string, limit = 50): Promise<StoredIntervention[]> {
  const rows = await query<Row>(
    `select ${COLUMNS} from sagascope.intervention i where i.saga_id = $1::text::uuid order by i.created_at desc, i.id desc limit $2::int`,
    [sagaId, limit],
  );
  return rows.map(stored);
}

export interface InterventionFilter {
  sagaId: string | null;
  states: readonly InterventionState[] | null;
  /** Keyset: those older (or newer) than this one. createdAt in epoch ms. */
  from: { createdAt: number; id: string; newer: boolean } | null;
  limit: number;
  /** SQL condition over `i`: which of them the reader may see. */
  seen: (params: Params) => string;
}

/** Interventions of all sagas, newest first; before a place in the list (`newer`) nearest first. */
export async function listInterventions(query: Query, filter: InterventionFilter): Promise<StoredIntervention[]> {
  const { from } = filter;
  const [beyond, direction] = from?.newer ? ['>', 'asc'] : ['<', 'desc'];
  const params = new Params([
    filter.sagaId,
    filter.states?.join(',') ?? null,
    from?.createdAt ?? null,
    from?.id ?? null,
    filter.limit,
  ]);
  const rows = await query<Row>(
    `select ${COLUMNS} from sagascope.intervention i
      where ${filter.seen(params)} and ($1::text is null or saga_id = $1::text::uuid)
        and ($2::text is null or state = any (string_to_array($2::text, ',')))
        and ($3::float8 is null or (i.created_at, i.id) ${beyond} (to_timestamp($3::float8 / 1000), $4::text::uuid))
      order by i.created_at ${direction}, i.id ${direction} limit $5::int`,
    params.values,
  );
  return rows.map(stored);
}

/** What the folds of these sagas must know of their interventions; sagas without one are not in the answer. */
export async function interventionFacts(
  query: Query,
  sagaIds: readonly string[],
): Promise<Map<string, InterventionFact[]>> {
  const rows = await query<{ sagaId: string; course: string }>(
    `select saga_id::text as "sagaId", course from sagascope.intervention i
      where saga_id = any (string_to_array($1::text, ',')::uuid[]) order by i.created_at desc, i.id desc`,
    [sagaIds.join(',')],
  );
  const facts = new Map<string, InterventionFact[]>();
  for (const { sagaId, course } of rows) {
    const fact = foldFact(JSON.parse(course) as InterventionCourse);
    const known = facts.get(sagaId);
    if (known) known.push(fact);
    else facts.set(sagaId, [fact]);
  }
  return facts;
}

/** Holds every other request for the saga back to the end of the transaction: two at once see one another. */
export async function lockSaga(query: Query, sagaId: string): Promise<void> {
  await query(`select 1 as locked from (select pg_advisory_xact_lock(hashtextextended($1::text, 7310416))) x`, [
    sagaId,
  ]);
}

/** Holds every other request with this id back to the end of the transaction, whatever its saga. Take it after lockSaga. */
export async function lockIntervention(query: Query, id: string): Promise<void> {
  await query(`select 1 as locked from (select pg_advisory_xact_lock(hashtextextended($1::text, 7310417))) x`, [id]);
}

const journaled = (event: InterventionEvent, of: { id: string; sagaId: string; tenantId: string }, hand: Hand) => ({
  at: event.at,
  type: event.type,
  ...hand,
  tenantId: of.tenantId,
  sagaId: of.sagaId,
  interventionId: of.id,
  body: eventText(event),
});

/** Stores a new intervention with its first events and their journal entries, in the caller's transaction. */
export async function insertIntervention(
  query: Query,
  fresh: { tenantId: string; sagaType: string; requestHash: string; plan: Plan; events: readonly InterventionEvent[] },
  hand: Hand,
): Promise<StoredIntervention> {
  const course = fresh.events.reduce<InterventionCourse | null>(evolve, null);
  if (course === null) throw new RangeError('an intervention begins with InterventionRequested');
  const { id, sagaId } = course;
  await query(
    `insert into sagascope.intervention
       (id, tenant_id, saga_id, saga_type, action, step_name, state, requested_by, request_hash, plan_hash, plan, course, created_at, updated_at)
     values ($1::text::uuid, $2, $3::text::uuid, $4, $5, $6, $7, $8, $9, $10, $11, $12, to_timestamp($13::float8 / 1000), to_timestamp($13::float8 / 1000))`,
    [
      id,
      fresh.tenantId,
      sagaId,
      fresh.sagaType,
      course.action,
      course.stepName,
      course.state,
      course.requestedBy,
      fresh.requestHash,
      course.planHash,
      planText(fresh.plan),
      JSON.stringify(course),
      course.requestedAt,
    ],
  );
  await appendJournal(
    query,
    fresh.events.map((event) => journaled(event, { id, sagaId, tenantId: fresh.tenantId }, hand)),
  );
  return {
    id,
    sagaId,
    tenantId: fresh.tenantId,
    sagaType: fresh.sagaType,
    requestHash: fresh.requestHash,
    version: 1,
    plan: fresh.plan,
    course,
  };
}

export type Change =
  | { outcome: 'changed' | 'unchanged'; intervention: StoredIntervention; events: readonly InterventionEvent[] }
  | { outcome: 'refused'; refused: Refused }
  /** Somebody else changed it first: read it again and decide again. */
  | { outcome: 'overtaken' };

/**
 * Decides a command on what was read and stores the result with its journal entries by compare-and-set, in the caller's
 * transaction.
 */
export async function changeIntervention(
  query: Query,
  read: StoredIntervention,
  command: InterventionCommand,
  hand: Hand,
): Promise<Change> {
  const decision = decide(read.course, command);
  if ('refused' in decision) return { outcome: 'refused', refused: decision.refused };
  const { events } = decision;
  if (events.length === 0) return { outcome: 'unchanged', intervention: read, events };
  const course = events.reduce<InterventionCourse>((state, event) => evolve(state, event), read.course);
  const changed = await query<{ version: number }>(
    `update sagascope.intervention
        set state = $3, course = $4, version = version + 1, updated_at = to_timestamp($5::float8 / 1000)
      where id = $1::text::uuid and version = $2::int returning version`,
    [read.id, read.version, course.state, JSON.stringify(course), course.updatedAt],
  );
  if (changed.length === 0) return { outcome: 'overtaken' };
  await appendJournal(
    query,
    events.map((event) => journaled(event, read, hand)),
  );
  return { outcome: 'changed', intervention: { ...read, course, version: read.version + 1 }, events };
}

export interface FrozenEffect {
  compensationId: string;
  key: string;
  body: string;
}

/** Key and bytes of an effect: made by its first call, the same for every later one, whoever asks. Contract part 4. */
export async function freezeEffect(query: Query, effect: Effect, first: CallBody): Promise<FrozenEffect> {
  const id = [effect.sagaId, effect.stepName, effect.action, effect.undoes.toString()];
  await query(
    `insert into sagascope.effect (saga_id, step_name, action, undoes, compensation_id, key, body)
     values ($1::text::uuid, $2, $3, $4::text::bigint, $5::text::uuid, $6, $7)
     on conflict (saga_id, step_name, action, undoes) do nothing`,
    [...id, first.compensationId, idempotencyKey(first.compensationId, effect.stepName), callBody(first)],
  );
  const frozen = await findEffect(query, effect);
  if (frozen === null) throw new Error(`the effect ${effectKey(effect)} was not kept`);
  return frozen;
}

export async function findEffect(query: Query, effect: Effect): Promise<FrozenEffect | null> {
  const [row] = await query<FrozenEffect>(
    `select compensation_id::text as "compensationId", key, body from sagascope.effect
      where saga_id = $1::text::uuid and step_name = $2 and action = $3 and undoes = $4::text::bigint`,
    [effect.sagaId, effect.stepName, effect.action, effect.undoes.toString()],
  );
  return row ?? null;
}

/** The saga's one active intervention among those read, or null. */
export const activeOf = (read: readonly StoredIntervention[]): StoredIntervention | null =>
  read.find(({ course }) => !isFinal(course.state)) ?? null;
