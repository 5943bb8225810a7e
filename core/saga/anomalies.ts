import type { Course } from './course';
import type { Anomaly, SagaStatus } from './saga';
import { type Settled, settledUpTo } from './settlement';
import { isPastPivot } from './tally';

/** The anomalies of a saga in log order, with whether each calls a person now, and when its row happened (epoch ms). */
export function anomaliesOf(course: Course, status: SagaStatus, settled: Settled): (Anomaly & { at: number })[] {
  const pastPivot = isPastPivot(course.tally);
  return course.faults.map(({ kind, logId, at, step }) => {
    const upTo = settledUpTo(settled, step.name);
    const isOpen = upTo === null || upTo < logId;
    // An effect that was undone after the fault is gone; what a later run brings about is another one.
    const stands = step.inEffect && (step.lastUndoneId === null || step.lastUndoneId <= logId);
    const calls =
      kind === 'double_compensation' ||
      (kind === 'suspension' && stands) ||
      (kind === 'contradiction' && stands && status !== 'COMPLETED') ||
      (kind === 'past_pivot' && pastPivot && (step.kind === 'pivot' || step.state === 'compensated'));
    return { kind, logId, stepName: step.name, callsPerson: calls && isOpen, at };
  });
}
