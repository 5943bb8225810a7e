import { flowKey, streamKey } from '@/core/contract/live';
import type { EventHead } from '@/server/db/event-store';

const NAMED = 50;
/** What fits into one notification (8,000 bytes) with the rest of the message. */
const BYTES = 6_000;

/** The live keys of these events: beyond fifty flows or streams, or where their names are long, all of them at once. */
export function eventKeys(events: readonly EventHead[]): string[] {
  const flows = new Set<string>();
  const streams = new Set<string>();
  for (const { correlationId, aggregateType, aggregateId } of events) {
    if (correlationId !== null && flows.size <= NAMED) flows.add(flowKey(correlationId));
    if (streams.size <= NAMED) streams.add(streamKey(aggregateType, aggregateId));
  }
  return ['events', ...capped(flows, 'flow:*'), ...capped(streams, 'stream:*')];
}

const capped = (keys: ReadonlySet<string>, all: string): string[] => {
  const bytes = [...keys].reduce((sum, key) => sum + 2 * key.length, 0);
  return keys.size > NAMED || 2 * bytes > BYTES || keys.has(all) ? [all] : [...keys];
};
