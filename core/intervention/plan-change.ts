import type { PlanWire } from '../contract/interventions';

/** As much of a log row as it takes to name what changed. */
export interface NewRow {
  id: string;
  stepName: string;
  status: string;
  createdAt: string;
  service: string | null;
}

export interface PlanChange {
  /** Rows that arrived since the plan was made, oldest first. */
  rows: NewRow[];
  /** What the new plan does otherwise, in sentences; empty: the same calls, or no new plan yet. */
  differences: string[];
  /** The plan that holds now; null: it is being made, or the action is not possible any more. */
  next: PlanWire | null;
}

/**
 * What has changed since a person was shown `seen`; null: nothing. `latest` is the newest dry run, `lastLogId` the newest
 * row of the saga that this page knows, `refused` what the server said to the request (its rows since).
 */
export function planChange(
  seen: PlanWire,
  latest: PlanWire,
  lastLogId: string,
  log: readonly NewRow[],
  refused: readonly NewRow[] | null,
): PlanChange | null {
  const newer = (id: string): boolean => BigInt(id) > BigInt(seen.asOfLogId);
  const replaced = latest.planHash !== seen.planHash;
  if (!replaced && !newer(lastLogId) && refused === null) return null;
  const rows = new Map([...(refused ?? []), ...log].filter(({ id }) => newer(id)).map((row) => [row.id, row]));
  return {
    rows: Array.from(rows.values()).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    differences: replaced ? differences(seen, latest) : [],
    // After a refusal the same plan may be offered again: what moved may have moved back.
    next: replaced || (refused !== null && !newer(lastLogId)) ? latest : null,
  };
}

const callOf = (plan: PlanWire, stepName: string) => plan.steps.find((step) => step.stepName === stepName)?.call;

function differences(seen: PlanWire, latest: PlanWire): string[] {
  const names = new Set([...seen.steps, ...latest.steps].map(({ stepName }) => stepName));
  const words = Array.from(names).flatMap((name) => {
    const before = callOf(seen, name) ?? null;
    const after = callOf(latest, name) ?? null;
    if (before !== null && after === null) return [`${name} needs no call any more.`];
    if (before === null && after !== null) return [`${name} is called as well.`];
    return before?.url === after?.url ? [] : [`${name} is called at another address.`];
  });
  if (seen.endsAs !== latest.endsAs) words.push(`The saga ends as ${latest.endsAs.toLowerCase()}.`);
  return words;
}
