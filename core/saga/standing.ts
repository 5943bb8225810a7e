import type { StepCourse } from './step-course';

interface Entry {
  start: number;
  step: StepCourse;
}

/** The effects that stand and are not being undone, by the position at which their run began: a heap, newest first. */
export interface Standing {
  heap: Entry[];
  stands: (step: StepCourse) => boolean;
}

/**
 * `failedMayStay`: the definition goes on after a failed compensation, so an effect that could not be undone
 * holds up no order.
 */
export const newStanding = (failedMayStay: boolean): Standing => ({
  heap: [],
  stands: (step) =>
    step.inEffect &&
    step.state !== 'compensating' &&
    !(failedMayStay && step.state === 'compensation_failed') &&
    (step.kind === 'compensatable' || step.kind === 'pivot'),
});

/** Enters a step after a row moved it; call it only where `before` (it stood already) may have changed. */
export function enterStanding(standing: Standing, step: StepCourse): void {
  if (step.runStart === null || !standing.stands(step)) return;
  const { heap } = standing;
  let index = heap.push({ start: step.runStart, step }) - 1;
  for (let parent = (index - 1) >> 1; index > 0; index = parent, parent = (index - 1) >> 1) {
    if (!swapIfNewer(heap, index, parent)) break;
  }
}

/** The position at which the newest standing effect's run began; -1 where none stands. */
export function newestStart({ heap, stands }: Standing): number {
  for (;;) {
    const top = heap[0];
    if (!top) return -1;
    if (stands(top.step) && top.step.runStart === top.start) return top.start;
    dropTop(heap);
  }
}

function dropTop(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  heap[0] = last;
  for (let index = 0; ;) {
    const left = index * 2 + 1;
    const newer = start(heap, left + 1) > start(heap, left) ? left + 1 : left;
    if (newer >= heap.length || !swapIfNewer(heap, newer, index)) return;
    index = newer;
  }
}

const start = (heap: Entry[], index: number): number => heap[index]?.start ?? -1;

function swapIfNewer(heap: Entry[], child: number, parent: number): boolean {
  const lower = heap[child];
  const upper = heap[parent];
  if (!lower || !upper || lower.start <= upper.start) return false;
  heap[parent] = lower;
  heap[child] = upper;
  return true;
}
