import type { CompactStep } from '@/core/contract/sagas';

/** How a bar is drawn; the shape, not the colour, carries the meaning. */
export type Bar = 'done' | 'running' | 'hollow' | 'failed' | 'skipped';
export type UndoBar = 'undone' | 'undoing' | 'failed' | 'owed' | 'settled';

/** The forward bar of a step. What was undone since was done before, or had failed. */
export function forwardBar(step: CompactStep): Bar {
  if (step.settled && step.state !== 'succeeded' && !hasUndo(step)) return 'skipped';
  if (step.state === 'pending') return 'running';
  if (step.failed || step.state === 'failed') return 'failed';
  return step.state === 'not_started' ? 'hollow' : 'done';
}

function hasUndo(step: CompactStep): boolean {
  return step.state === 'compensating' || step.state === 'compensated' || step.state === 'compensation_failed';
}

/** The undo bar of a step, or null. `goingBack`: an effect still in the world is owed, and drawn hollow. */
export function undoBar(step: CompactStep, goingBack: boolean): UndoBar | null {
  if (step.suspended) return 'failed';
  if (step.settled && (hasUndo(step) || step.inEffect)) return goingBack ? 'settled' : null;
  if (step.state === 'compensated') return 'undone';
  if (step.state === 'compensating') return 'undoing';
  if (step.state === 'compensation_failed') return 'failed';
  return goingBack && step.compensatable && step.inEffect ? 'owed' : null;
}

/** A saga goes back once any step failed or any undo began. */
export function goesBack(steps: readonly CompactStep[]): boolean {
  return steps.some((step) => step.state === 'failed' || hasUndo(step) || step.suspended);
}

/** The glyph in words: `step 3 of 4 failed, 1 of 2 undone`. */
export function glyphLabel(steps: readonly CompactStep[]): string {
  const total = steps.length;
  if (total === 0) return 'no steps yet';
  const parts: string[] = [];
  const bars = steps.map(forwardBar);
  const place = (bar: Bar) => bars.flatMap((each, i) => (each === bar ? [i + 1] : []));

  const failed = place('failed');
  const running = place('running');
  const skipped = place('skipped');
  if (failed.length > 0) parts.push(`${stepsWord(failed, total)} failed`);
  if (running.length > 0) parts.push(`${stepsWord(running, total)} running`);
  if (failed.length === 0 && running.length === 0) {
    const done = place('done').length;
    parts.push(done === total ? `all ${total} steps done` : `${done} of ${total} steps done`);
  }
  if (skipped.length > 0) parts.push(`${stepsWord(skipped, total)} skipped`);

  const undo = steps.map((step) => undoBar(step, goesBack(steps))).filter((bar) => bar !== null);
  if (undo.length > 0) {
    const count = (bar: UndoBar) => undo.filter((each) => each === bar).length;
    parts.push(`${count('undone')} of ${undo.length} undone`);
    if (count('undoing') > 0) parts.push(`${count('undoing')} being undone`);
    if (count('failed') > 0) parts.push(`${count('failed')} failed to undo`);
    if (count('settled') > 0) parts.push(`${count('settled')} settled by a person`);
  }
  return parts.join(', ');
}

function stepsWord(places: readonly number[], total: number): string {
  if (places.length === 1) return `step ${places[0]} of ${total}`;
  return `steps ${places.slice(0, -1).join(', ')} and ${places.at(-1)} of ${total}`;
}
