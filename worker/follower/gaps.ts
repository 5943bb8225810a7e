import type { Watched } from '@/server/db/lock-evidence';
import type { Query } from '@/server/db/query';
import type { Gap, HeldBy } from './checkpoint';
import { type Holder, holderKey, holdersOf, openSince } from './locks';
import { idsWithin, type Range, rangeText, rangeWithout } from './range';

/**
 * Opens gaps out of ranges: with who holds them (`known`, else everybody who holds the log now), or why there is no
 * telling. `before` are the gaps open so far: a holder keeps the time at which it was first seen.
 */
export async function openGaps(
  query: Query,
  watched: Watched,
  ranges: readonly (Range & { since: number })[],
  { known, before, keep }: { known?: readonly Holder[]; before: readonly Gap[]; keep: number },
): Promise<Gap[]> {
  if (ranges.length === 0) return [];
  if (watched.noEvidence !== null) {
    const why = `No lock evidence (${watched.noEvidence}): looked for again for ${Math.round(keep / 3_600_000)} h.`;
    return ranges.map((range) => ({ ...range, holders: null, why }));
  }
  const holders = known ?? (await holdersOf(query, watched.relations));
  const started = await openSince(query, holders);
  const seen = new Map(before.flatMap((gap) => gap.holders ?? []).map((held) => [holderKey(held), held.since]));
  const now = new Date().toISOString();
  const held: HeldBy[] = holders.map((holder) => ({
    v: holder.v,
    pid: holder.pid,
    since: seen.get(holderKey(holder)) ?? now,
    started: (holder.pid !== null && started.get(holder.pid)) || null,
  }));
  return ranges.map((range) => ({ ...range, holders: held, why: whyHeld(held) }));
}

export interface GapChange {
  removed: Gap[];
  added: Gap[];
  skipped: Range[];
}

/** What becomes of the gaps once `ids` (ascending) were found in them and nobody can fill those that are `over`. */
export function settleGaps(gaps: readonly Gap[], over: ReadonlySet<Gap>, ids: readonly bigint[]): GapChange {
  const change: GapChange = { removed: [], added: [], skipped: [] };
  for (const gap of gaps) {
    const found = idsWithin(gap, ids);
    if (found.length === 0 && !over.has(gap)) continue;
    const left = rangeWithout(gap, found);
    change.removed.push(gap);
    if (over.has(gap)) change.skipped.push(...left);
    else change.added.push(...left.map((range) => ({ ...gap, ...range })));
  }
  return change;
}

export function mergeGaps(gaps: readonly Gap[], removed: readonly Gap[], added: readonly Gap[]): Gap[] {
  const gone = new Set(removed);
  return [...gaps.filter((gap) => !gone.has(gap)), ...added].sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** How the follower stands while these gaps are open, as the checkpoint says it. */
export function gapState(table: string, gaps: readonly Gap[]): { state: 'running' | 'held'; text: string | null } {
  const [first] = gaps;
  if (!first) return { state: 'running', text: null };
  const others = gaps.length > 1 ? ` and ${gaps.length - 1} more gaps` : '';
  return {
    state: first.holders === null ? 'running' : 'held',
    text: `${table} ${rangeText(first)}${others}: not visible yet. ${first.why}`,
  };
}

function whyHeld(holders: readonly HeldBy[]): string {
  const names = holders.map(({ pid, started, since }) =>
    pid === null
      ? 'a prepared transaction'
      : `pid ${pid} (${started ? `open since ${started}` : `first seen ${since}`})`,
  );
  return names.length === 0 ? 'Nobody holds it any more.' : `Held by ${names.slice(0, 5).join(', ')}.`;
}
