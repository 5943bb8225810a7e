/**
 * What the events of a group rest on. none: they name no cause. event: `ref` is the group of their causes. ghost: `ref`
 * is the id that they name, which is in no event of this flow. self: they name themselves. cycle: the event that they
 * name is one of their own effects (the arrow that closes the circle is left out).
 */
export type FlowCause = { kind: 'none' | 'self' | 'cycle' } | { kind: 'event' | 'ghost'; ref: string };
export type FlowCauseKind = FlowCause['kind'];

/** The budget of one picture: dagre draws 200 nodes in 0.9 s, and nobody reads more. */
export const PICTURE_NODES = 120;
