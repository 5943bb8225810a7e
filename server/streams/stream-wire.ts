import type { StreamAnomaly as StreamAnomalyWire, StreamField, StreamVersion } from '@/core/contract/streams';
import type { Mark, StreamAnomaly } from '@/core/stream/course';
import type { Field } from '@/core/stream/fields';
import type { EventHead } from '@/server/db/event-store';
import type { Place } from '@/server/db/stream-events';
import type { Part, StreamPage } from '@/server/db/stream-page';
import { Problem } from '@/server/http/problem';

/** A value of a field above this is cut. */
const SHOWN_VALUE = 2_000;

export const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export const headWire = (head: EventHead): Omit<StreamVersion, 'marks' | 'attempt'> => ({
  version: head.version.toString(),
  position: head.position.toString(),
  eventId: head.eventId,
  eventType: head.eventType,
  name: head.name,
  schemaVersion: head.eventVersion,
  service: head.service,
  occurredAt: isoOrNull(head.occurredAt),
});

const markWire = (mark: Mark): StreamVersion['marks'][number] => ({
  kind: mark.kind,
  from: 'from' in mark ? mark.from.toString() : null,
  to: 'to' in mark ? mark.to.toString() : null,
});

/** A page of versions, and the cursors before and after it. */
export function pageWire({ rows, earlier, later }: StreamPage) {
  const first = rows[0]?.head;
  const last = rows.at(-1)?.head;
  return {
    versions: rows.map(({ head, marks, attempt }) => ({ ...headWire(head), marks: marks.map(markWire), attempt })),
    previous: earlier && first ? cursorOf('before', first) : null,
    next: later && last ? cursorOf('after', last) : null,
  };
}

const cursorOf = (side: 'before' | 'after', { version, position }: Place): string => `${side}.${version}.${position}`;

const CURSOR = /^(before|after)\.(-?\d{1,19})\.(\d{1,19})$/;

const fits = (text: string | undefined): text is string =>
  text !== undefined && BigInt.asIntN(64, BigInt(text)) === BigInt(text);

/** Which part is asked for. @throws Problem `invalid` for a cursor that no answer has given */
export function partOf({ cursor, around }: { cursor?: string; around?: string }): Part {
  if (cursor === undefined) return { around: around === undefined ? 2n ** 63n - 1n : BigInt(around) };
  const [, side, version, position] = CURSOR.exec(cursor) ?? [];
  if (!fits(version) || !fits(position))
    throw new Problem('invalid', 'cursor: this is no cursor of a stream. Take next or previous of an answer.');
  const place = { version: BigInt(version), position: BigInt(position) };
  return side === 'before' ? { before: place } : { after: place };
}

export const anomalyWire = ({ kind, version, from, to }: StreamAnomaly): StreamAnomalyWire => ({
  kind,
  version: version.toString(),
  from: from?.toString() ?? null,
  to: to?.toString() ?? null,
});

export function fieldWire({ path, value, before, setBy, changed }: Field): StreamField {
  const longest = Math.max(value?.length ?? 0, before?.length ?? 0);
  return {
    path,
    value: value?.slice(0, SHOWN_VALUE) ?? null,
    before: before?.slice(0, SHOWN_VALUE) ?? null,
    setBy: setBy.toString(),
    changed,
    cut: longest > SHOWN_VALUE ? longest : null,
  };
}
