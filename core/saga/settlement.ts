import type { Settlement } from './saga';
import type { StepCourse } from './step-course';

/** Up to which log position a person has settled what: the whole saga (RESOLVE), and single steps (SKIP_STEP). */
export interface Settled {
  saga: bigint | null;
  steps: ReadonlyMap<string, bigint>;
}

export function readSettlements(settlements: readonly Settlement[]): Settled {
  let saga: bigint | null = null;
  const steps = new Map<string, bigint>();
  for (const { stepName, upToLogId } of settlements) {
    if (stepName === null) saga = later(saga, upToLogId);
    else steps.set(stepName, later(steps.get(stepName) ?? null, upToLogId));
  }
  return { saga, steps };
}

const later = (known: bigint | null, id: bigint): bigint => (known !== null && known > id ? known : id);

/** Up to where a step is settled, by its own settlement or its saga's; null where nobody settled it. */
export function settledUpTo(settled: Settled, stepName: string): bigint | null {
  const own = settled.steps.get(stepName) ?? null;
  return settled.saga === null ? own : later(own, settled.saga);
}

/** Settled, and no later done, failure or fault has raised it again. Contract part 2. */
export function isSettled(settled: Settled, step: StepCourse): boolean {
  const upTo = settledUpTo(settled, step.name);
  return upTo !== null && upTo >= (step.raisedBy ?? step.firstRowId);
}
