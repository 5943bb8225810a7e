import type { FlowGroup } from './graph';
import { PICTURE_NODES } from './group';

/** Groups of a page, where the flow has more than one picture holds. */
export const PAGE_GROUPS = 60;
/** Steps of sagas in one picture. */
export const PICTURE_STEPS = 24;
/** Commands of these steps in one picture, where they are shown. */
export const PICTURE_COMMANDS = 24;
/** Events that an unfolded group shows at once. */
export const UNFOLDED = 30;

/** How many groups a picture of a flow may take beside all else that it shows: all, where they fit, else a page. */
export function groupsWanted(total: number, beside: { unfolded: boolean; commands: boolean }): number {
  const room =
    PICTURE_NODES - PICTURE_STEPS - (beside.unfolded ? UNFOLDED : 0) - (beside.commands ? PICTURE_COMMANDS : 0);
  return total <= room ? Math.max(1, total) : Math.min(PAGE_GROUPS, room);
}

/**
 * The groups that fit, without a gap, from the first on (`backwards`: from the last on). A group takes one node, and one
 * more where it hangs on a ghost that is not there yet.
 */
export function fitting(groups: readonly FlowGroup[], room: number, backwards = false): FlowGroup[] {
  const ghosts = new Set<string>();
  let left = room;
  const kept: FlowGroup[] = [];
  for (const group of backwards ? groups.toReversed() : groups) {
    const ghost = group.cause.kind === 'ghost' && !ghosts.has(group.cause.ref) ? group.cause.ref : null;
    left -= ghost === null ? 1 : 2;
    if (left < 0) break;
    if (ghost !== null) ghosts.add(ghost);
    kept.push(group);
  }
  return backwards ? kept.toReversed() : kept;
}

/** Where a page of groups begins, or before which group it ends; neither: at the first one. */
export interface PageEdge {
  from?: string | undefined;
  before?: string | undefined;
}

/**
 * Of the groups that were read (in the order of their first positions) those that one picture shows: all, where `wanted`
 * takes them and they fit with their ghosts; else, without a gap, those from a position on, or the last ones before one.
 */
export function pageOf(
  groups: readonly FlowGroup[],
  { wanted, room }: { wanted: number; room: number },
  { from, before }: PageEdge,
): readonly FlowGroup[] {
  if (groups.length <= wanted && fitting(groups, room).length === groups.length) return groups;
  if (before !== undefined) {
    const end = BigInt(before);
    return fitting(groups.filter(({ firstPosition }) => BigInt(firstPosition) < end).slice(-wanted), room, true);
  }
  const start = BigInt(from ?? 0);
  return fitting(groups.filter(({ firstPosition }) => BigInt(firstPosition) >= start).slice(0, wanted), room);
}
