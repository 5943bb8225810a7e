import type { StreamReducer } from '@/core/stream/reducer';

// What the shop calls an order after each of its events, by the name of the event.
const STATUS: Readonly<Record<string, string>> = {
  OrderPlaced: 'PLACED',
  OrderConfirmed: 'CONFIRMED',
  OrderCancelled: 'CANCELLED',
};

/** An order: what its events say, its status by name of the event, and when it got there (`since`). */
const order: StreamReducer = (state, event, merge) => {
  const next = merge(state, event.payload);
  const status = STATUS[event.name];
  return status === undefined ? next : { ...next, status, since: { ...since(state), [status]: event.occurredAt } };
};

const since = (state: { since?: unknown }): object =>
  typeof state.since === 'object' && state.since !== null ? state.since : {};

export default order;
