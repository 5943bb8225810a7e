/** The PostgreSQL channel from the projector to live streams, and the event names of GET /live. */
export const LIVE_CHANNEL = 'sagascope_live';

/**
 * Query keys that changed, as the projectors send them: `sagas` (lists and overview), `saga:<id>` (one saga),
 * `interventions` (lists of them), `definitions`, `health`; `events` (lists of events), `flow:<correlation>`,
 * `stream:<type>/<id>` (parts URL-encoded, type `~` where there is none). Where a batch touches many, or names are long,
 * `saga:*`, `flow:*` and `stream:*` stand for all.
 */
export interface LiveMessage {
  /** For everybody: they name no row. */
  keys: string[];
  groups?: LiveGroup[];
}

/** Keys that are told only to who sees rows of this tenant ('': of none) and, where it is named, of this saga type. */
export interface LiveGroup {
  tenant: string;
  sagaType?: string;
  keys: string[];
}

/** Longer keys are not sent: all of their kind are meant instead. */
const LONGEST_KEY = 200;

const keyOf = (kind: string, name: string): string =>
  kind.length + 1 + name.length <= LONGEST_KEY ? `${kind}:${name}` : `${kind}:*`;

/** Live key of one flow. */
export const flowKey = (correlationId: string): string => keyOf('flow', encodeURIComponent(correlationId));

/** Live key of one stream; the empty type is `~`. */
export const streamKey = (aggregateType: string, aggregateId: string): string =>
  keyOf(
    'stream',
    `${aggregateType === '' ? '~' : encodeURIComponent(aggregateType)}/${encodeURIComponent(aggregateId)}`,
  );
