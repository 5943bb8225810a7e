import type { Stream, StreamAnomaly, StreamMark, StreamVersion } from '@/core/contract/streams';
import { eventOutcome } from '@/core/event/event-tone';
import type { Shape } from '@/components/saga/status';
import { wholeWords } from '@/components/ui/number-words';
import { dateWords } from '@/components/ui/time-words';

const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});

/** `14:20:29.640` in the reader's zone; a dash where the table tells no time. */
export const clockMs = (at: string | null): string => (at === null ? '–' : CLOCK.format(Date.parse(at)));

/** The shape of what an event's name says; null: it says nothing of how things went. */
export function shapeOf(name: string): Shape | null {
  const outcome = eventOutcome(name);
  return outcome === 'plain' ? null : outcome;
}

const dayOf = (at: string | null): string | null => (at === null ? null : dateWords(Date.parse(at)));

/** The day of a row in the reader's zone where it is another than that of the row before it; null: the same, or no time. */
export function newDay(rows: readonly Pick<StreamVersion, 'occurredAt'>[], place: number): string | null {
  const day = dayOf(rows[place]?.occurredAt ?? null);
  if (day === null) return null;
  for (let before = place - 1; before >= 0; before -= 1) {
    const its = dayOf(rows[before]?.occurredAt ?? null);
    if (its !== null) return its === day ? null : day;
  }
  return day;
}

/** When a version was, with the day where it is not surely that of the last version: `21 Nov 2026, 14:20:29.640`. */
export function momentWords(at: string | null, { versions, next }: Pick<Stream, 'versions' | 'next'>): string {
  const day = dayOf(at);
  // Of a long stream the last event may not be known.
  const last =
    next === null ? dayOf(versions.findLast(({ occurredAt }) => occurredAt !== null)?.occurredAt ?? null) : null;
  return day === null || day === last ? clockMs(at) : `${day}, ${clockMs(at)}`;
}

const range = (from: string | null, to: string | null): string =>
  from === to || to === null ? `version ${from ?? ''}` : `versions ${from ?? ''} to ${to}`;

/** What stands out at an event, short for its row and whole for its tooltip. */
export function markWords({ kind, from, to }: StreamMark): { short: string; whole: string } {
  if (kind === 'gap')
    return { short: 'gap', whole: `Before this event ${range(from, to)} ${from === to ? 'is' : 'are'} missing` };
  if (kind === 'duplicate') return { short: 'duplicate', whole: 'This version stands in the stream already' };
  if (kind === 'out_of_order')
    return { short: 'out of order', whole: 'It was written before the event of the version below it' };
  return { short: `V${from} → V${to}`, whole: `The schema of this event changed from V${from} to V${to}` };
}

/** What is wrong with a stream, one clause each. */
export function anomalyWords({ kind, version, from, to }: StreamAnomaly): string {
  if (kind === 'gap') return `${range(from, to)} ${from === to ? 'is' : 'are'} missing`;
  if (kind === 'duplicate') return `version ${version} stands there twice`;
  if (kind === 'out_of_order') return `version ${version} was written before the one below it`;
  if (kind === 'oversized') return `the payload of version ${version} is over 1 MB and left out of the state`;
  if (kind === 'unreadable')
    return `the payload of version ${version} is no JSON that can be read, and left out of the state`;
  return `the state is full at version ${version}: later payloads are left out`;
}

/** `1 of 3`; where nobody can tell of how many: `attempt 2`. */
export const attemptWords = ({ number, of }: NonNullable<StreamVersion['attempt']>): string =>
  of === null ? `attempt ${wholeWords(number)}` : `${wholeWords(number)} of ${wholeWords(of)}`;

/** `Showing 12 of 15` events of the chosen types. */
export function shownWords({ total, types }: Pick<Stream, 'total' | 'types'>, chosen: readonly string[]): string {
  const shown = types.filter(({ name }) => chosen.includes(name)).reduce((sum, { count }) => sum + count, 0);
  return `Showing ${wholeWords(shown)} of ${wholeWords(total)}`;
}

/** What the buttons step through, and why not further: all versions, or while the list is narrowed those in it. */
export const stepWords = (isPart: boolean) =>
  isPart
    ? {
        previous: 'Previous version of those listed',
        next: 'Next version of those listed',
        play: 'Play those listed',
        noPrevious: 'No version before this one is listed',
        noNext: 'No version after this one is listed',
      }
    : {
        previous: 'Previous version',
        next: 'Next version',
        play: 'Play',
        noPrevious: 'This is the first version',
        noNext: 'This is the latest version',
      };

/** What the filter's button says: `All types`, the one that is chosen, or how many are. */
export const chosenWords = (chosen: readonly string[]): string =>
  chosen.length === 0 ? 'All types' : chosen.length === 1 ? (chosen[0] ?? '').slice(0, 60) : `${chosen.length} types`;

/** `15 events, 5 services`. */
export function sizeWords({ total, services }: Pick<Stream, 'total' | 'services'>): string {
  const events = `${wholeWords(total)} event${total === 1 ? '' : 's'}`;
  if (services.length === 0) return events;
  return `${events}, ${services.length === 1 ? services[0] : `${services.length} services`}`;
}

/** `Order 8841`; an aggregate without a type goes by its id alone. */
export const titleOf = (aggregateType: string, aggregateId: string): string =>
  aggregateType === '' || aggregateType === '~' ? aggregateId : `${aggregateType} ${aggregateId}`;

/** An address of another program's, with what this event can fill in; null: it has nothing to look for. */
export function lookUpAddress(template: string | null, event: { traceId: string | null }): string | null {
  if (template === null || event.traceId === null) return null;
  return template.replaceAll('{traceId}', encodeURIComponent(event.traceId));
}
