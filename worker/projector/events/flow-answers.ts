import type { Query } from '@/server/db/query';
import { addToGroups, type GroupRow, readSubtrees } from './flow-table';
import { groupIdOf } from './flow-ids';

/** A group whose missing cause has arrived: where that event stands. */
export interface Answered {
  tenantId: string;
  flowId: string;
  /** The group that waited. */
  groupId: string;
  /** The group and position of the event it waited for. */
  causeGroup: string;
  position: bigint;
}

/**
 * Hangs groups that waited for their cause onto it, with all that hangs on them: their ids follow from their causes, so
 * they and their effects move; where a group of that id stands already, the two are one. Costs what is moved.
 */
export async function hangGhosts(query: Query, answers: readonly Answered[]): Promise<void> {
  const byFlow = new Map<string, Answered[]>();
  for (const answer of answers) byFlow.set(answer.flowId, [...(byFlow.get(answer.flowId) ?? []), answer]);
  for (const [flowId, of] of byFlow) {
    const tenantId = of[0]?.tenantId ?? '';
    const groups = await readSubtrees(
      query,
      { tenantId, flowId },
      of.map(({ groupId }) => groupId),
    );
    await move(query, groups, moved(groups, of));
  }
}

/** What each group becomes, in the order of `groups`. Pure. */
export function moved(groups: readonly GroupRow[], answers: readonly Answered[]): GroupRow[] {
  const byId = new Map(groups.map((group) => [group.groupId, group]));
  const answered = new Map(answers.map((answer) => [answer.groupId, answer]));
  const closing = new Set<string>();
  const causeGroup = (id: string): string | null => {
    if (closing.has(id)) return null;
    const cause = byId.get(id)?.cause;
    return answered.get(id)?.causeGroup ?? (cause?.kind === 'event' ? cause.ref : null);
  };
  const done = new Map<string, GroupRow>();
  for (const { groupId } of groups) {
    const path: string[] = [];
    const onPath = new Set<string>();
    let at: string | null = groupId;
    while (at !== null && byId.has(at) && !done.has(at)) {
      if (onPath.has(at)) {
        closing.add(lastArrived(path.slice(path.indexOf(at)), answered));
        break;
      }
      path.push(at);
      onPath.add(at);
      at = causeGroup(at);
    }
    // From the cause down: an id follows from the one above. A circle is entered behind the arrow that closed it.
    const from = path.findIndex((id) => closing.has(id));
    const order =
      from === -1 ? path.toReversed() : [...path.slice(0, from + 1).toReversed(), ...path.slice(from + 1).toReversed()];
    for (const id of order) {
      const group = byId.get(id);
      if (group) done.set(id, rebuilt(group, closing.has(id) ? null : causeGroup(id), done));
    }
  }
  return groups.flatMap(({ groupId }) => done.get(groupId) ?? []);
}

/** Of the groups of a circle the one that waited for the event which came last: there the circle is cut. */
function lastArrived(circle: readonly string[], answered: ReadonlyMap<string, Answered>): string {
  let last: Answered | undefined;
  for (const id of circle) {
    const answer = answered.get(id);
    if (answer && (last === undefined || answer.position > last.position)) last = answer;
  }
  if (last === undefined) throw new Error('groups that hang on each other without an event that closed the circle');
  return last.groupId;
}

function rebuilt(group: GroupRow, causeGroup: string | null, done: ReadonlyMap<string, GroupRow>): GroupRow {
  const cause =
    causeGroup === null
      ? { kind: 'cycle' as const }
      : { kind: 'event' as const, ref: done.get(causeGroup)?.groupId ?? causeGroup };
  return { ...group, cause, groupId: groupIdOf(group.flowId, cause, group.name, group.service) };
}

async function move(query: Query, from: readonly GroupRow[], to: readonly GroupRow[]): Promise<void> {
  const [first] = from;
  if (first === undefined) return;
  const ids = [from.map(({ groupId }) => groupId), to.map(({ groupId }) => groupId)];
  await query('DELETE FROM sagascope.flow_group WHERE tenant_id = $1 AND group_id = ANY($2::uuid[])', [
    first.tenantId,
    ids[0],
  ]);
  await query(
    `UPDATE sagascope.flow_event e SET group_id = m.new FROM unnest($1::uuid[], $2::uuid[]) AS m(old, new)
     WHERE e.group_id = m.old AND m.old <> m.new`,
    ids,
  );
  const made = await addToGroups(query, merged(to));
  await query('UPDATE sagascope.flow SET groups = groups + $3::bigint WHERE tenant_id = $1 AND flow_id = $2::uuid', [
    first.tenantId,
    first.flowId,
    (made.get(first.flowId) ?? 0) - from.length,
  ]);
}

/** Groups of the same id as one: a statement may touch a row once only. */
export function merged(groups: readonly GroupRow[]): GroupRow[] {
  const byId = new Map<string, GroupRow>();
  for (const group of groups) {
    const known = byId.get(group.groupId);
    byId.set(group.groupId, known === undefined ? group : joined(known, group));
  }
  return [...byId.values()];
}

function joined(a: GroupRow, b: GroupRow): GroupRow {
  const first = a.firstPosition < b.firstPosition ? a : b;
  return {
    ...first,
    events: a.events + b.events,
    lastPosition: a.lastPosition > b.lastPosition ? a.lastPosition : b.lastPosition,
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    says: a.says === b.says ? a.says : null,
  };
}
