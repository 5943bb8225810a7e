import type { Stream, StreamInput } from '@/core/contract/streams';
import { fieldsOf } from '@/core/stream/fields';
import { jsonText } from '@/core/stream/json';
import { permit } from '@/server/auth/permit';
import type { EventHead } from '@/server/db/event-store';
import { readPayload } from '@/server/db/stream-events';
import { readStreamPage, type StreamPage } from '@/server/db/stream-page';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { type FoundStream, findStream, keyOf, type OpenStream, openStream, seesEverything } from './open-stream';
import { anomalyWire, fieldWire, headWire, pageWire } from './stream-wire';

/** Events around the version that one answer carries. */
const AROUND = 100;
const SHOWN_FIELDS = 500;
const SHOWN_STATE = 262_144;
const SHOWN_PAYLOAD = 65_536;
/** Above every version. */
const LATEST = 2n ** 63n - 1n;

/**
 * A stream at a version: the state that its events up to there make, what the last of them changed, and for each field
 * the version that set it; with the events around, and what is wrong with the stream.
 * @throws Problem `not_found` where there is no such stream, or none that the caller may see; `unavailable` while a long
 * one is folded for the first time
 */
export async function getStream(ctx: Ctx, input: StreamInput): Promise<Stream> {
  permit(ctx, 'streams.read');
  const asked = input.at === undefined ? null : BigInt(input.at);
  const found = await findStream(ctx, keyOf(input));
  const [stream, early] = await Promise.all([
    openStream(ctx, found, asked),
    // Which events are theirs is known only once it is folded, unless all are.
    seesEverything(ctx) ? around(found, asked ?? LATEST) : null,
  ]);
  const { key, at, first, last, whole, atFold } = stream;
  const { course } = whole.fold;
  // An event may have come in between the two.
  const page = early && rowAt(early, at) ? early : await around(stream, at);
  const { fields, total } = fieldsOf(atFold.fold, atFold.changes, SHOWN_FIELDS);
  const state = atFold.fold.state === undefined ? null : jsonText(atFold.fold.state);
  return {
    ...key,
    ...pageWire(page),
    first: first.toString(),
    last: last.toString(),
    total: course.events,
    at: at.toString(),
    event: await eventAt(stream, page),
    state: state === null ? null : state.slice(0, SHOWN_STATE),
    stateCut: state !== null && state.length > SHOWN_STATE ? state.length : null,
    fields: fields.map(fieldWire),
    fieldsTotal: total,
    changed: atFold.changes.length,
    services: [...course.services].toSorted(),
    types: [...course.types].map(([name, { count }]) => ({ name, count })).toSorted(byCount),
    otherTypes: course.otherTypes,
    anomalies: course.anomalies.map(anomalyWire),
    anomaliesTotal: course.anomalyCount,
    reducer: whole.told && { ...whole.told, version: whole.told.version?.toString() ?? null },
  };
}

const around = (stream: FoundStream, version: bigint): Promise<StreamPage> =>
  readStreamPage(stream.query, stream, { around: version }, AROUND);

const rowAt = ({ rows }: StreamPage, at: bigint) => rows.findLast(({ head }) => head.version === at);

const byCount = (one: { name: string; count: number }, other: { name: string; count: number }): number =>
  other.count - one.count || (one.name < other.name ? -1 : 1);

/** The event at the version, the last one where it stands there twice: the page is around it, the fold ends with it. */
async function eventAt({ query, at, atFold }: OpenStream, page: StreamPage): Promise<Stream['event']> {
  const head = rowAt(page, at)?.head;
  const folded = atFold.event;
  // Between two reads a row can only go from a table that others made.
  if (!head || folded?.position !== head.position) throw gone(at);
  if (folded.payload === null) {
    const payload = await readPayload(query, head.position, SHOWN_PAYLOAD);
    if (!payload) throw gone(at);
    return { ...headWire(head), ...contextOf(head), payload: payload.text, payloadCut: payload.bytes };
  }
  const text = folded.payload.slice(0, SHOWN_PAYLOAD);
  const payloadCut = text.length < folded.payload.length ? folded.payloadBytes : null;
  return { ...headWire(head), ...contextOf(head), payload: text, payloadCut };
}

const gone = (at: bigint): Problem => new Problem('not_found', `Version ${at} is not there any more.`);

const contextOf = ({ tenantId, correlationId, causationId, sagaId, traceId, actor }: EventHead) => ({
  tenantId,
  correlationId,
  causationId,
  sagaId,
  traceId,
  actor,
});
