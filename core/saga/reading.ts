import type { SagaRow } from './row';
import type { StepEvent, StepState } from './saga';

/** A row as one of the six events; `guessed`: the row has no phase, so the direction was told from the saga. */
export interface Reading {
  event: StepEvent;
  guessed: boolean;
}

type Known = 'PENDING' | 'SUCCESS' | 'FAILED';

const ACTION = { PENDING: 'started', SUCCESS: 'done', FAILED: 'failed' } as const satisfies Record<Known, StepEvent>;
const COMPENSATION = {
  PENDING: 'undoing',
  SUCCESS: 'undone',
  FAILED: 'undo_failed',
} as const satisfies Record<Known, StepEvent>;

const isKnown = (status: string): status is Known =>
  status === 'PENDING' || status === 'SUCCESS' || status === 'FAILED';

/**
 * Reads a row as an event, or null for a status nobody knows (it is shown as written and changes nothing).
 * `othersGoBack`: another required step is failed or on its way back, and no pivot is in effect. Contract part 2.
 */
export function readRow(row: SagaRow, state: StepState | null, othersGoBack: boolean): Reading | null {
  if (row.status === 'COMPENSATED') return { event: 'undone', guessed: false };
  if (!isKnown(row.status)) return null;
  if (row.phase === 'ACTION') return { event: ACTION[row.status], guessed: false };
  if (row.phase === 'COMPENSATION') return { event: COMPENSATION[row.status], guessed: false };
  if (row.status === 'SUCCESS') return { event: 'done', guessed: true };
  const goesBack =
    state === 'compensating' || state === 'compensation_failed' || (state === 'succeeded' && othersGoBack);
  return { event: goesBack ? COMPENSATION[row.status] : ACTION[row.status], guessed: true };
}
