/** The PostgreSQL channel from the projector to live streams, and the event names of GET /live. */
export const LIVE_CHANNEL = 'sagascope_live';

/**
 * Query keys that changed, as the projector sends them: `sagas` (lists and overview), `saga:<id>` (one saga),
 * `interventions` (lists of them), `definitions`, `health`. More than 100 sagas in one batch are sent as `saga:*`.
 */
export interface LiveMessage {
  keys: string[];
}
