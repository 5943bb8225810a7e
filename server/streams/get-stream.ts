import type { Stream, StreamInput } from '@/core/contract/streams';
import { fieldsOf } from '@/core/stream/fields';
import { jsonText } from '@/core/stream/json';
import { permit } from '@/server/auth/permit';
import type { EventHead } from '@/server/db/event-store';
import { readPayload, readStreamHeads } from '@/server/db/stream-events';
import { readStreamPage } from '@/server/db/stream-page';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { foldAt, keyOf, type OpenStream, openStream } from './open-stream';
import { anomalyWire, fieldWire, headWire, pageWire } from './stream-wire';

/** Events around the version that one answer carries. */
const AROUND = 100;
const SHOWN_FIELDS = 500;
const SHOWN_STATE = 262_144;
const SHOWN_PAYLOAD = 65_536;

/**
 * A stream at a version: the state that its events up to there make, what the last of them changed, and for each field
 * the version that set it; with the events around, and what is wrong with the stream.
 * @throws Problem `not_found` where there is no such stream, or none that the caller may see
 */
export async function getStream(ctx: Ctx, input: StreamInput): Promise<Stream> {
  permit(ctx, 'streams.read');
  const stream = await openStream(ctx, keyOf(input), input.at === undefined ? null : BigInt(input.at));
  const { key, at, first, last, whole } = stream;
  const { fold, changes } = at === last ? whole : await foldAt(stream, at);
  const { course } = whole.fold;
  const { fields, total } = fieldsOf(fold, changes, SHOWN_FIELDS);
  const state = fold.state === undefined ? null : jsonText(fold.state);
  const page = await readStreamPage(stream.query, { ...stream, reducer: whole.reducer }, { around: at }, AROUND);
  return {
    ...key,
    ...pageWire(page),
    first: first.toString(),
    last: last.toString(),
    total: course.events,
    at: at.toString(),
    event: await eventAt(stream),
    state: state === null ? null : state.slice(0, SHOWN_STATE),
    stateCut: state !== null && state.length > SHOWN_STATE ? state.length : null,
    fields: fields.map(fieldWire),
    fieldsTotal: total,
    changed: changes.length,
    services: [...course.services].toSorted(),
    anomalies: course.anomalies.map(anomalyWire),
    anomaliesTotal: course.anomalyCount,
    reducer: whole.told && { ...whole.told, version: whole.told.version?.toString() ?? null },
  };
}

/** The event at the version, the last one where it stands there twice. */
async function eventAt({ query, source, key, at, narrowing }: OpenStream): Promise<Stream['event']> {
  const range = { after: { version: at, position: -1n }, upTo: at, limit: 200 };
  const head = (await readStreamHeads(query, source, key, range, narrowing)).at(-1);
  const payload = head && (await readPayload(query, head.position, SHOWN_PAYLOAD));
  // Between two reads a row can only go from a table that others made.
  if (!head || !payload) throw new Problem('not_found', `Version ${at} is not there any more.`);
  return {
    ...headWire(head),
    ...contextOf(head),
    payload: payload.text,
    payloadCut: payload.text.length < payload.bytes && payload.text.length >= SHOWN_PAYLOAD ? payload.bytes : null,
  };
}

const contextOf = ({ tenantId, correlationId, causationId, sagaId, traceId, actor }: EventHead) => ({
  tenantId,
  correlationId,
  causationId,
  sagaId,
  traceId,
  actor,
});
