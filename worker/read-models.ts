/**
 * The read models by the log that they are made of: what a rebuild empties before the log is read again. Whoever keeps
 * one more registers it here. Kept through a rebuild: definitions, interventions, seen rows, metric counters.
 */
export const READ_MODELS = {
  saga_log: ['saga', 'status_count', 'minute_stat', 'search_key'],
  event_store: [
    'stream_snapshot',
    'stream_snapshot_progress',
    'event_index',
    'search_key',
    'flow',
    'flow_service',
    'flow_group',
    'flow_event',
  ],
} as const satisfies Record<string, readonly string[]>;

export type FollowedLog = keyof typeof READ_MODELS;

/** The column of each log that numbers its rows. */
export const POSITION: Record<FollowedLog, string> = { saga_log: 'id', event_store: 'position' };
