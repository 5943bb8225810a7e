import type { Flow, FlowNode, FlowNodeWire, FlowWire } from '../contract/flows';

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

/** What a node has where its wire says nothing: of one event the same as of its first, of a stack its own id as group. */
const implied = ({ id, kind, at, count, position = null, member = false }: FlowNodeWire) => ({
  ...NOTHING,
  endAt: at,
  count,
  lastPosition: position,
  group: kind === 'event' && !member ? id : null,
});

/** A node without what goes without saying: a picture of 120 of them is half as long. */
function slimNode(node: FlowNode): FlowNodeWire {
  const { id, kind, label, service, at, count, detail, ...rest } = node;
  const wire: FlowNodeWire = { id, kind, label, service, at, count, detail };
  const without: Record<string, unknown> = implied({ ...wire, position: node.position, member: node.member });
  return Object.assign(wire, Object.fromEntries(Object.entries(rest).filter(([key, value]) => without[key] !== value)));
}

/** The node that {@link slimNode} was given. */
const wholeNode = (wire: FlowNodeWire): FlowNode => ({ ...implied(wire), ...wire });

/** A flow as it travels. */
export const flowWire = (flow: Flow): FlowWire => ({ ...flow, nodes: flow.nodes.map(slimNode) });

/** A flow as it is drawn. */
export const flowOf = (wire: FlowWire): Flow => ({ ...wire, nodes: wire.nodes.map(wholeNode) });
