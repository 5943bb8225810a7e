/** What a writer said of a failure (column `error` of saga_log; every part is optional there). */
export interface StepError {
  code: string | null;
  message: string | null;
  /** business, system or infrastructure; anything else is kept as written. */
  category: string | null;
  retryable: boolean | null;
  level: string | null;
  tags: string[];
}

/** One row of `saga_log`, as read: nothing is trimmed, corrected or dropped. Contract part 1. */
export interface SagaRow {
  /** Log position; rows of a saga are folded in this order, never by time. */
  id: bigint;
  sagaId: string;
  stepName: string;
  /** As written; what is not one of the four known words is shown and changes nothing. */
  status: string;
  /** Epoch milliseconds, the writer's clock. */
  createdAt: number;
  /** Epoch milliseconds at which the follower first saw the row (the reader's clock). */
  seenAt: number;
  sagaType: string | null;
  phase: string | null;
  attempt: number | null;
  error: StepError | null;
  /** JSON text, never parsed by JSON.parse: numbers beyond 2^53 stay exact. */
  context: string | null;
  compensatingAction: string | null;
  compensationId: string | null;
  sagaVersion: number | null;
  correlationId: string | null;
  traceId: string | null;
  tenantId: string | null;
  service: string | null;
}

/** When the row happened, for durations and reasons: a clock that runs ahead cannot postpone attention. Contract part 2. */
export const at = (row: SagaRow): number => Math.min(row.createdAt, row.seenAt);

/** Rows by log position, each once: a row that was delivered twice is one row. */
export function inLogOrder(rows: readonly SagaRow[]): readonly SagaRow[] {
  const ordered = rows.every((row, index) => index === 0 || (rows[index - 1]?.id ?? row.id) < row.id);
  if (ordered) return rows;
  const sorted = rows.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return sorted.filter((row, index) => row.id !== sorted[index - 1]?.id);
}
