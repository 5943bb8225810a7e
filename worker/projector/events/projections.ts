import type { EventHead } from '@/server/db/event-store';
import type { Query } from '@/server/db/query';
import { projectSearchKeys } from '@/worker/projector/search-keys';
import { projectFlows } from './flows';

/**
 * Keeps one more read model of events, in the transaction that writes them to event_index and moves the checkpoint.
 * Events come in log order; `late`: they stand below events that came before, and are read in the next batch's stead.
 * Each event comes once, a rebuild aside, which empties the read models first.
 */
export type EventProjection = (query: Query, events: readonly EventHead[], late: boolean) => Promise<void>;

/** All of them, by the name that the worker's log says. */
export const EVENT_PROJECTIONS: Readonly<Record<string, EventProjection>> = {
  flows: projectFlows,
  search_key: projectSearchKeys,
};
