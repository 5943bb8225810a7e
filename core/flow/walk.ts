import type { FlowEdge, FlowNode } from '../contract/flows';

interface Picture {
  nodes: readonly FlowNode[];
  edges: readonly FlowEdge[];
}

/** What a node hangs on, and what that hangs on, to the root: the bold path. The node itself is among them. */
export function causesOf({ edges }: Picture, id: string | null): { nodes: Set<string>; edges: Set<FlowEdge> } {
  const nodes = new Set<string>(id === null ? [] : [id]);
  const path = new Set<FlowEdge>();
  for (const at of nodes) {
    for (const edge of edges) {
      if (edge.to !== at) continue;
      path.add(edge);
      nodes.add(edge.from);
    }
  }
  return { nodes, edges: path };
}

/** The nodes that a node hangs on directly (`back`) or that hang on it, in the order of the picture; causation first. */
export function nextTo({ nodes, edges }: Picture, id: string, back: boolean): FlowNode[] {
  const bases = new Map<string, FlowEdge['basis']>();
  for (const { from, to, basis } of edges) if ((back ? to : from) === id) bases.set(back ? from : to, basis);
  const of = (basis: FlowEdge['basis']) => nodes.filter((node) => bases.get(node.id) === basis);
  return [...of('causation'), ...of('correlation')];
}

/** The node that stands for the event at a position, or for a page's beginning: the first that reaches it. */
export function nodeAt({ nodes }: Picture, position: string): FlowNode | null {
  const wanted = BigInt(position);
  const holds = (node: FlowNode): boolean =>
    node.position !== null && BigInt(node.position) <= wanted && wanted <= BigInt(node.lastPosition ?? node.position);
  const exact = nodes.find((node) => node.position === position);
  return exact ?? nodes.find(holds) ?? null;
}

/** Nodes whose name, service, aggregate or id has all the words in it, whatever the case. None for no words. */
export function found({ nodes }: Picture, words: string): FlowNode[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  return nodes.filter((node) => {
    const text = [
      node.label,
      node.service,
      node.detail,
      node.aggregateType,
      node.aggregateId,
      node.eventId,
      node.sagaId,
      node.position === null ? null : `#${node.position}`,
    ]
      .join(' ')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
