import { z } from 'zod';
import type { EventDetail, EventHeadWire, EventInput } from '@/core/contract/events';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { config } from '@/server/config';
import { eventStoreColumns, metadataWord } from '@/server/db/event-store';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { EVENT_HEAD } from './event-filters';

/** A payload is shown whole up to this. */
const WHOLE_BYTES = 1_048_576;
const EFFECTS = 20;

interface Row {
  head: string;
  actor: string | null;
  payload: string;
  payload_cut: number | null;
  metadata: string;
  metadata_cut: number | null;
}

/**
 * One event whole, with its cause and its first effects.
 * @throws Problem `not_found` where there is none, or not for this person
 */
export async function getEvent(ctx: Ctx, { eventId }: EventInput): Promise<EventDetail> {
  permit(ctx, 'events.read');
  const query = ctx.db.replica;
  const columns = await eventStoreColumns(query);
  const params = new Params();
  const id = params.add(eventId);
  const metadata = columns.has('metadata') ? 'e.metadata' : `'{}'::jsonb`;
  const cut = (value: string): string =>
    `case when octet_length(${value}) > ${WHOLE_BYTES} then octet_length(${value}) end`;
  const [row] = await query<Row>(
    `select json_build_object(${EVENT_HEAD})::text as head, ${metadataWord(columns, 'actor')} as actor,
            left(e.payload::text, ${WHOLE_BYTES}) as payload, ${cut('e.payload::text')} as payload_cut,
            left(${metadata}::text, ${WHOLE_BYTES}) as metadata, ${cut(`${metadata}::text`)} as metadata_cut
       from sagascope.event_index i join public.event_store e on e.position = i.position
      where i.event_id = ${id}::text::uuid and ${visible(ctx, 'events.read', params, { tenant: 'i.tenant_id' })}
      order by i.position limit 1`,
    params.values,
  );
  if (!row) throw new Problem('not_found', `There is no event ${eventId}. Check the id, or wait until it is followed.`);
  const head = JSON.parse(row.head) as EventHeadWire;
  const [cause, effects] = await Promise.all([causeOf(ctx, head), effectsOf(ctx, head)]);
  const { traceUrlTemplate, logUrlTemplate } = config();
  return {
    ...head,
    actor: row.actor,
    payload: row.payload,
    payloadCut: row.payload_cut,
    metadata: row.metadata,
    metadataCut: row.metadata_cut,
    cause,
    effects: effects.slice(0, EFFECTS),
    effectsMore: effects.length > EFFECTS,
    traceUrl: urlOf(traceUrlTemplate, head.traceId),
    logUrl: urlOf(logUrlTemplate, head.traceId),
  };
}

async function causeOf(ctx: Ctx, { causationId }: EventHeadWire): Promise<EventHeadWire | null> {
  // An event id is a UUID; what is written in another form names nothing here.
  if (causationId === null || !z.guid().safeParse(causationId).success) return null;
  const params = new Params();
  const [cause] = await heads(ctx, `i.event_id = ${params.add(causationId)}::text::uuid`, params, 1);
  return cause ?? null;
}

// Within its flow: a cause is named there, and the flow has an index.
async function effectsOf(ctx: Ctx, { eventId, position, correlationId }: EventHeadWire): Promise<EventHeadWire[]> {
  if (correlationId === null) return [];
  const params = new Params();
  const flow = `i.correlation_id = ${params.add(correlationId)}::text`;
  const caused = `lower(i.causation_id) = ${params.add(eventId)}::text`;
  const other = `i.position <> ${params.add(position)}::text::bigint`;
  return heads(ctx, `${flow} and ${caused} and ${other}`, params, EFFECTS + 1);
}

async function heads(ctx: Ctx, where: string, params: Params, limit: number): Promise<EventHeadWire[]> {
  const seen = visible(ctx, 'events.read', params, { tenant: 'i.tenant_id' });
  const rows = await ctx.db.replica<{ head: string }>(
    `select json_build_object(${EVENT_HEAD})::text as head from sagascope.event_index i
      where ${where} and ${seen} order by i.position limit ${params.add(limit)}::int`,
    params.values,
  );
  return rows.map(({ head }) => JSON.parse(head) as EventHeadWire);
}

/** An address made by a template of the environment; null without template or trace. */
function urlOf(template: string | undefined, traceId: string | null): string | null {
  if (template === undefined || traceId === null) return null;
  return template.replaceAll('{traceId}', encodeURIComponent(traceId));
}
