import type { Action } from '../contract/action';
import type { DefinitionVersion, Service } from '../definition/definition';
import { stepOf } from '../definition/step-of';
import type { Settlement, Step } from '../saga/saga';
import type { InterventionState } from './state';

/** What `can` and `plan` must know beside the saga itself. Times in epoch ms. */
export interface InterventionFacts {
  now: number;
  actor: string;
  /** Right on DATABASE_URL, contract part 1: a reader has no interventions. */
  right: 'owner' | 'writer' | 'reader';
  definition: DefinitionVersion | null;
  services: readonly Service[];
  lock: { owner: string; expiresAt: number } | null;
  /** The saga's one active intervention; `stopped`: the steps whose calls ended without proof. */
  active: ActiveIntervention | null;
  settlements: readonly Settlement[];
  /** Set where policy wants a second person for this saga's calls. */
  approval?: { who: string; because: string; until: number } | null;
}

export interface ActiveIntervention {
  id: string;
  action: Action;
  state: InterventionState;
  requestedBy: string;
  stopped: readonly string[];
}

/** The participant that answers for a step: as declared, else as its rows say. Null: nobody can be called. */
export function serviceOf(step: Step, { definition, services }: InterventionFacts): Service | null {
  const name = stepOf(definition, step.name)?.service ?? step.service;
  return services.find((service) => service.name === name) ?? null;
}

/** Who holds the saga now: a lock lasts past its expiry while an intervention of its owner runs. Contract part 4. */
export function holderOf({ lock, active, now }: InterventionFacts): { owner: string; expiresAt: number } | null {
  if (lock === null) return null;
  return lock.expiresAt > now || active?.requestedBy === lock.owner ? lock : null;
}

/** 14:32 UTC, for a sentence. */
export const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 16)} UTC`;
