import type { CompactStep } from '../contract/sagas';
import { hasFailed } from './current';
import type { Attention, Saga } from './saga';

/** The steps as lists and the step glyph show them, in declared order. */
export function compactSteps(saga: Saga): CompactStep[] {
  return saga.steps.map((step) => ({
    stepName: step.name,
    state: step.state ?? 'not_started',
    failed: hasFailed(step),
    inEffect: step.inEffect,
    compensatable: step.kind === 'compensatable',
    settled: step.settled,
    suspended: step.suspended,
  }));
}

/** The worst reason that is due at `now` (epoch ms), or null. `attention` is worst first, as the fold returns it. */
export function dueAttention(attention: readonly Attention[], now: number): Attention | null {
  return attention.find(({ since }) => since <= now) ?? null;
}
