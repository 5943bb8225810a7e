import { type AttemptEvent, NEXT_ATTEMPT_WITHIN } from '@/core/stream/attempts';
import { metadataWord } from './event-store';
import { Params } from './params';
import type { Query } from './query';
import { inStream, type Place } from './stream-events';
import { ATTEMPT, ATTEMPTS, countOf, type OfStream, payloadWord } from './stream-heads';

/** Series are looked for so many events before and after; longer ones have no end that can be told. */
const BESIDE = 5 * NEXT_ATTEMPT_WITHIN;
/** More events than this between two rows of chosen types are not looked through. */
const MOST = 2_000;

type Raw = [position: string, attempt: string | null, attempts: string | null, correlationId: string | null];

/** The events around two places, whatever their types, as far as attempts are counted by them. */
export async function readAttempts(
  query: Query,
  { source, key, narrowing = () => 'true' }: OfStream,
  first: Place,
  last: Place,
): Promise<{ events: AttemptEvent[]; isEnd: boolean }> {
  const params = new Params();
  const inThis = `${inStream(source, key, params)} AND ${narrowing(params)}`;
  const place = ({ version, position }: Place) =>
    `(${params.add(version.toString())}::bigint, ${params.add(position.toString())}::bigint)`;
  const [from, to] = [place(first), place(last)];
  const version = ({ version: its }: Place) => `${params.add(its.toString())}::bigint`;
  const [answer] = await query<{ rows: string }>(
    `SELECT coalesce(json_agg(json_build_array(e.position::text, ${payloadWord(source, ...ATTEMPT)},
         ${payloadWord(source, ...ATTEMPTS)}, ${metadataWord(source.columns, 'correlation_id')})
       ORDER BY e.version, e.position), '[]')::text AS rows
     FROM ((SELECT e.* FROM public.event_store e WHERE ${inThis} AND e.version <= ${version(first)}
              AND (e.version, e.position) < ${from} ORDER BY e.version DESC, e.position DESC LIMIT ${BESIDE})
           UNION ALL
           (SELECT e.* FROM public.event_store e WHERE ${inThis} AND e.version >= ${version(first)}
              AND (e.version, e.position) >= ${from} AND (e.version, e.position) <= ${to}
            ORDER BY e.version, e.position LIMIT ${MOST})
           UNION ALL
           (SELECT e.* FROM public.event_store e WHERE ${inThis} AND e.version >= ${version(last)}
              AND (e.version, e.position) > ${to} ORDER BY e.version, e.position LIMIT ${BESIDE})) e`,
    params.values,
  );
  const raw = JSON.parse(answer?.rows ?? '[]') as Raw[];
  const events = raw.map(([position, attempt, attempts, correlationId]) => ({
    position: BigInt(position),
    attempt: countOf(attempt),
    attempts: countOf(attempts),
    correlationId,
  }));
  const end = events.findIndex(({ position }) => position === last.position);
  if (end >= 0) return { events, isEnd: events.length - 1 - end < BESIDE };
  // Not all between them was read: what is behind does not follow on it.
  const begin = events.findIndex(({ position }) => position === first.position);
  return { events: events.slice(0, begin + MOST), isEnd: false };
}
