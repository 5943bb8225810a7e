import type { FlowEdge, FlowNode } from '../contract/flows';
import { cutMiddle } from '../diagram/escape';
import { eventTone } from '../event/event-tone';
import type { FlowCause } from './group';
import { iso, NOTHING } from './node';
import { commandParts, type FlowCommand, type FlowStep, stepParts } from './steps';

/** One event of a flow, without its payload. Times are epoch ms. */
export interface FlowEventHead {
  position: string;
  eventId: string;
  aggregateType: string;
  aggregateId: string;
  version: string;
  eventVersion: number;
  sagaId: string | null;
  causation: string | null;
  at: number;
}

/** An event that stands alone. `says`: beside its name, '' nothing (core/event/event-says.ts). */
export interface FlowMember extends FlowEventHead {
  says: string;
}

/** A group as a picture takes it. */
export interface FlowGroup {
  groupId: string;
  cause: FlowCause;
  name: string;
  service: string;
  events: number;
  firstPosition: string;
  lastPosition: string;
  firstAt: number;
  lastAt: number;
  /** Of the group that its cause stands in. */
  causeName: string | null;
  causePosition: string | null;
  /** The group of the event that came right before it in the flow. */
  after: string | null;
  first: FlowEventHead | null;
  /** What all its events say beside their name; null: not all the same. */
  says: string | null;
}

/** A cause that is not in the flow; where this person may see it, as what and in which flow. */
export interface Ghost {
  eventId: string;
  found: (NonNullable<FlowNode['found']> & { name: string; service: string }) | null;
}

export interface FlowGraphInput {
  groups: readonly FlowGroup[];
  ghosts: readonly Ghost[];
  steps: readonly FlowStep[];
  commands: readonly FlowCommand[];
  /** One group whose events stand one by one; those that are not given stay folded in it. */
  unfolded: Unfolded | null;
}

export interface Unfolded {
  groupId: string;
  members: readonly FlowMember[];
  /** Of the group's events that are not given: the last before the members, and the first behind them. */
  before: Pick<FlowEventHead, 'position' | 'at'> | null;
  behind: FlowEventHead | null;
}

export const ghostId = (eventId: string): string => `x${eventId}`;
export const memberId = (position: string): string => `e${position}`;

/**
 * The nodes and edges of a picture, in the order of the log. Edges say what they rest on: an event whose cause is in the
 * picture hangs on it, one whose cause is in no event of the flow on a ghost, one without a cause by correlation on what
 * came before. No edge leads to a node that is not there, and none closes a circle.
 */
export function flowGraph(input: FlowGraphInput): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const { groups, ghosts, unfolded } = input;
  const shownGroups = new Map(groups.map((group) => [group.groupId, group]));
  const shownGhosts = new Map(ghosts.map((ghost) => [ghost.eventId, ghost]));
  const byEvent = new Map(unfolded?.members.map((member) => [member.eventId, memberId(member.position)]));
  const nodes: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  const behind: FlowEdge[] = [];
  const drawnGhosts = new Set<string>();
  const repeats = repeatsOf(groups);

  /** The node of a group that an arrow starts from: the very event where it stands alone. */
  const nodeOf = (groupId: string, eventId: string | null): string => {
    if (unfolded?.groupId !== groupId) return groupId;
    const known = eventId === null ? undefined : byEvent.get(eventId);
    if (known !== undefined) return known;
    const rest = (shownGroups.get(groupId)?.events ?? 0) - unfolded.members.length;
    const last = unfolded.members.at(-1);
    return rest > 0 || last === undefined ? groupId : memberId(last.position);
  };
  const hang = (group: FlowGroup, id: string, causation: string | null): FlowNode['elsewhere'] => {
    const { cause } = group;
    if (cause.kind === 'event') {
      if (shownGroups.has(cause.ref)) edges.push({ from: nodeOf(cause.ref, causation), to: id, basis: 'causation' });
      else if (group.causePosition !== null) return { label: group.causeName ?? '', position: group.causePosition };
    } else if (cause.kind === 'ghost') {
      if (shownGhosts.has(cause.ref)) edges.push({ from: ghostId(cause.ref), to: id, basis: 'causation' });
    } else if (group.after !== null && group.after !== group.groupId && shownGroups.has(group.after)) {
      behind.push({ from: nodeOf(group.after, null), to: id, basis: 'correlation' });
    }
    return null;
  };

  for (const group of groups) {
    const ghost = group.cause.kind === 'ghost' ? shownGhosts.get(group.cause.ref) : undefined;
    if (ghost !== undefined && !drawnGhosts.has(ghost.eventId)) {
      drawnGhosts.add(ghost.eventId);
      nodes.push(ghostNode(ghost, group.service));
    }
    const members = unfolded?.groupId === group.groupId ? unfolded.members : [];
    for (const member of members) {
      const node = memberNode(group, member);
      nodes.push({ ...node, elsewhere: hang(group, node.id, member.causation) });
    }
    const rest = group.events - members.length;
    if (rest > 0) {
      const causation = members.length === 0 ? (group.first?.causation ?? null) : null;
      const node =
        unfolded === null || members.length === 0
          ? groupNode(group, repeats.get(repeatKey(group)))
          : restNode(group, rest, unfolded);
      nodes.push({ ...node, elsewhere: hang(group, node.id, causation) });
    }
  }
  // An effect may stand before its cause in the log: there the cause does not hang on it as well.
  for (const edge of behind) if (!leads(edges, edge.to, edge.from)) edges.push(edge);
  for (const part of [...stepParts(input.steps, nodes), ...commandParts(input.commands, input.steps)]) {
    nodes.push(part.node);
    if (part.edge !== null) edges.push(part.edge);
  }
  return { nodes, edges: withoutRepeats(edges) };
}

/** Whether the arrows lead from one node to another. */
function leads(edges: readonly FlowEdge[], from: string, to: string): boolean {
  const reached = new Set([to]);
  for (const at of reached) {
    if (at === from) return true;
    for (const edge of edges) if (edge.to === at) reached.add(edge.from);
  }
  return false;
}

function headOf(head: FlowEventHead | null): Partial<FlowNode> {
  if (head === null) return {};
  const { eventId, eventVersion, aggregateType, aggregateId, version, sagaId } = head;
  return { eventId, eventVersion, aggregateType, aggregateId, version, sagaId };
}

const FAULT_WORDS = { self: 'names itself as its cause', cycle: 'its cause is its own effect' } as const;

const faultOf = ({ cause }: FlowGroup): FlowNode['fault'] =>
  cause.kind === 'self' || cause.kind === 'cycle' ? cause.kind : null;

/** What the events of one name and cause that stand alone in a picture say: null, not all the same. */
type Repeats = ReadonlyMap<string, { count: number; says: string | null }>;

const repeatKey = ({ name, cause }: FlowGroup): string => `${cause.kind} ${'ref' in cause ? cause.ref : ''} ${name}`;

function repeatsOf(groups: readonly FlowGroup[]): Repeats {
  const repeats = new Map<string, { count: number; says: string | null }>();
  for (const group of groups) {
    if (group.events > 1) continue;
    const known = repeats.get(repeatKey(group));
    if (known === undefined) repeats.set(repeatKey(group), { count: 1, says: group.says });
    else {
      known.count += 1;
      if (known.says !== group.says) known.says = null;
    }
  }
  return repeats;
}

/** What a second line holds, in every view. */
const LONGEST_DETAIL = 26;

/**
 * The second line of an event: what is wrong with its cause, else what it says, else which version of what it is. Of
 * several of one name and cause (`isRepeat`) each says what sets it apart: where all say the same, whose event it is.
 */
function detailOf(group: FlowGroup, head: FlowEventHead, says: string, isRepeat: boolean): string {
  const fault = faultOf(group);
  if (fault !== null) return FAULT_WORDS[fault];
  const version = `v${head.version}`;
  if (isRepeat) return `${cutMiddle(head.aggregateId, Math.max(8, LONGEST_DETAIL - version.length - 1))} ${version}`;
  if (says !== '') return says;
  return head.aggregateType === '' ? `version ${head.version}` : `${head.aggregateType} ${version}`;
}

function groupDetail(group: FlowGroup, repeats: { count: number; says: string | null } | undefined): string {
  const { name, events, first, says, firstPosition, lastPosition } = group;
  if (events === 1 && first !== null)
    return detailOf(group, first, says ?? '', repeats !== undefined && repeats.count > 1 && isSame(repeats.says, says));
  if (says === null || says === '') return `#${firstPosition} to ${lastPosition}`;
  return eventTone(name) === 'failed' ? says : `${says} each`;
}

/** Whether an event says what all of its kind say, or nothing. */
const isSame = (all: string | null, says: string | null): boolean => says === null || says === '' || all !== null;

function groupNode(group: FlowGroup, repeats: { count: number; says: string | null } | undefined): FlowNode {
  const { groupId, name, service, events, firstPosition, lastPosition, first } = group;
  return {
    ...NOTHING,
    id: groupId,
    kind: 'event',
    label: name,
    service,
    detail: groupDetail(group, repeats),
    at: iso(group.firstAt),
    endAt: iso(group.lastAt),
    count: events,
    tone: eventTone(name),
    position: firstPosition,
    lastPosition,
    ...headOf(first),
    group: groupId,
    fault: faultOf(group),
  };
}

/** The events of an unfolded group that are not shown one by one: it stands for them, and for none that is. */
function restNode(group: FlowGroup, count: number, { before, behind }: Unfolded): FlowNode {
  const first = before === null ? behind : group.first;
  const firstPosition = before === null ? (behind?.position ?? group.firstPosition) : group.firstPosition;
  const lastPosition = behind === null ? (before?.position ?? group.lastPosition) : group.lastPosition;
  const oneLine = count === 1 ? `#${firstPosition}` : `#${firstPosition} to ${lastPosition}`;
  return {
    ...groupNode(group, undefined),
    detail: before !== null && behind !== null ? 'before and after these' : oneLine,
    at: iso(first?.at ?? group.firstAt),
    endAt: iso(behind === null ? (before?.at ?? group.lastAt) : group.lastAt),
    count,
    position: firstPosition,
    lastPosition,
    ...headOf(first),
  };
}

function memberNode(group: FlowGroup, member: FlowMember): FlowNode {
  return {
    ...NOTHING,
    id: memberId(member.position),
    kind: 'event',
    label: group.name,
    service: group.service,
    detail: detailOf(group, member, member.says, isSame(group.says, member.says)),
    at: iso(member.at),
    endAt: iso(member.at),
    tone: eventTone(group.name),
    position: member.position,
    lastPosition: member.position,
    ...headOf(member),
    group: group.groupId,
    member: true,
    fault: faultOf(group),
  };
}

const ghostNode = ({ eventId, found }: Ghost, beside: string): FlowNode => ({
  ...NOTHING,
  id: ghostId(eventId),
  kind: 'ghost',
  label: found?.name ?? 'Missing event',
  // A ghost nobody knows stands where its effect does.
  service: found?.service ?? beside,
  detail: found === null ? 'named as cause, not to be seen' : found.flow === null ? 'in no flow' : 'in another flow',
  tone: 'pending',
  eventId,
  found: found && { flow: found.flow, tenantId: found.tenantId },
});

function withoutRepeats(edges: readonly FlowEdge[]): FlowEdge[] {
  const seen = new Set<string>();
  return edges.filter(({ from, to }) => {
    const key = `${from} ${to}`;
    if (seen.has(key) || from === to) return false;
    seen.add(key);
    return true;
  });
}
