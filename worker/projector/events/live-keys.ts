import { flowKey, type LiveGroup, streamKey } from '@/core/contract/live';
import type { EventHead } from '@/server/db/event-store';

const NAMED = 50;
/** What fits into one notification (8,000 bytes) with the rest of the message. */
const BYTES = 6_000;

/** Whom the live streams tell of these events: the keys of each tenant, flows and streams by name as long as these are few. */
export function eventGroups(events: readonly EventHead[]): LiveGroup[] {
  const tenants = new Map<string, EventHead[]>();
  for (const event of events) {
    const tenant = event.tenantId ?? '';
    const before = tenants.get(tenant);
    if (before) before.push(event);
    else tenants.set(tenant, [event]);
  }
  return Array.from(tenants, ([tenant, of]) => ({ tenant, keys: eventKeys(of) }));
}

/** The live keys of these events: beyond fifty flows or streams, or where their names are long, all of them at once. */
function eventKeys(events: readonly EventHead[]): string[] {
  const flows = new Set<string>();
  const streams = new Set<string>();
  for (const { correlationId, aggregateType, aggregateId } of events) {
    if (correlationId !== null && flows.size <= NAMED) flows.add(flowKey(correlationId));
    if (streams.size <= NAMED) streams.add(streamKey(aggregateType, aggregateId));
  }
  return [...capped(flows, 'flow:*'), ...capped(streams, 'stream:*')];
}

const capped = (keys: ReadonlySet<string>, all: string): string[] => {
  const bytes = [...keys].reduce((sum, key) => sum + 2 * key.length, 0);
  return keys.size > NAMED || 2 * bytes > BYTES || keys.has(all) ? [all] : [...keys];
};
