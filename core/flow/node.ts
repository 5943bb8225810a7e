import type { FlowNode } from '../contract/flows';

/** What a node of a picture is unless it says so. */
export const NOTHING: Omit<FlowNode, 'id' | 'kind' | 'label' | 'service' | 'detail'> = {
  at: null,
  endAt: null,
  count: 1,
  tone: 'plain',
  position: null,
  lastPosition: null,
  eventId: null,
  eventVersion: null,
  aggregateType: null,
  aggregateId: null,
  version: null,
  sagaId: null,
  group: null,
  member: false,
  state: null,
  command: null,
  fault: null,
  elsewhere: null,
  found: null,
};

/** Epoch ms as the wire has it. */
export const iso = (at: number): string => new Date(at).toISOString();

/** Nodes that carry the shape of their status before their name. */
export const hasIcon = ({ kind, tone, state }: FlowNode): boolean =>
  kind === 'ghost' || tone !== 'plain' || state !== null;
