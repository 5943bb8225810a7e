import type { AnomalyKind, StepEvent, StepState } from './saga';

/** `=`: the state stays, the row is kept and shown. */
type Cell = readonly [next: StepState | '=', anomaly?: AnomalyKind];

/** Contract part 2, the table of states and events; its notes (1) to (4) are in {@link transition}. */
const TABLE: Record<StepState | '(none)', Record<StepEvent, Cell>> = {
  '(none)': {
    started: ['pending'],
    done: ['succeeded'],
    failed: ['failed'],
    undoing: ['compensating', 'null_compensation'],
    undone: ['compensated', 'null_compensation'],
    undo_failed: ['compensation_failed', 'null_compensation'],
  },
  pending: {
    started: ['pending'],
    done: ['succeeded'],
    failed: ['failed'],
    undoing: ['compensating'],
    undone: ['compensated'],
    undo_failed: ['compensation_failed'],
  },
  succeeded: {
    started: ['pending', 'rerun'],
    done: ['=', 'duplicate'],
    failed: ['failed', 'contradiction'],
    undoing: ['compensating'],
    undone: ['compensated'],
    undo_failed: ['compensation_failed'],
  },
  failed: {
    started: ['pending'],
    done: ['succeeded'],
    failed: ['failed'],
    undoing: ['compensating'],
    undone: ['compensated'],
    undo_failed: ['compensation_failed'],
  },
  compensating: {
    started: ['pending', 'rerun'],
    done: ['=', 'illegal_transition'],
    failed: ['=', 'duplicate'],
    undoing: ['compensating'],
    undone: ['compensated'],
    undo_failed: ['compensation_failed'],
  },
  compensation_failed: {
    started: ['pending', 'rerun'],
    done: ['=', 'illegal_transition'],
    failed: ['=', 'duplicate'],
    undoing: ['compensating'],
    undone: ['compensated'],
    undo_failed: ['compensation_failed'],
  },
  compensated: {
    started: ['pending', 'rerun'],
    done: ['succeeded', 'suspension'],
    failed: ['=', 'duplicate'],
    undoing: ['=', 'duplicate'],
    undone: ['=', 'duplicate'],
    undo_failed: ['=', 'duplicate'],
  },
};

/** What the notes of the table ask about the step and the row at hand. */
export interface Known {
  /** Every undoing row since the step began to compensate had no phase: it was only guessed. */
  undoingGuessed: boolean;
  /** The step has a started, done or failed row. */
  hadRun: boolean;
  /** The row's `attempt` is higher than any before. */
  attemptHigher: boolean;
  /** An earlier undone row of the step carries this row's compensation_id. */
  compensationSeen: boolean;
  /** This row and one that undid the step carry compensation ids that differ. */
  compensationDiffers: boolean;
}

export interface Transition {
  next: StepState | null;
  /** The state stays as it was: a cell `=`. */
  holds: boolean;
  anomaly: AnomalyKind | null;
}

/** The next state of a step and what is odd about it. Contract part 2, table and notes. */
export function transition(from: StepState | null, event: StepEvent, known: Known): Transition {
  if (event === 'undone' && known.compensationSeen) return { next: from, holds: true, anomaly: 'duplicate' };
  const [next, anomaly] = noted(from, event, known) ?? TABLE[from ?? '(none)'][event];
  return next === '='
    ? { next: from, holds: true, anomaly: anomaly ?? null }
    : { next, holds: false, anomaly: anomaly ?? null };
}

function noted(from: StepState | null, event: StepEvent, known: Known): Cell | null {
  if (from === 'compensating' || from === 'compensation_failed') {
    return event === 'done' && known.undoingGuessed ? ['succeeded', 'rerun'] : null;
  }
  if (from !== 'compensated') return null;
  if (event === 'started' && !known.hadRun) return ['pending', 'suspension'];
  // A step that never ran cannot run again: its first success after the undo is the late one, whatever its attempt.
  if (event === 'done' && known.hadRun && known.attemptHigher) return ['succeeded', 'rerun'];
  if (event === 'undone' && known.compensationDiffers) return ['=', 'double_compensation'];
  return null;
}
