import type { SagaDefinition, StepDefinition } from '../definition/definition';
import type { StepState } from './saga';

/**
 * One thing that a saga needs, or may have: a step, or a group of which one member is enough (`oneOf`).
 * A member is a declared step with all its occurrences (`ship#1`, `ship#2`), or a step that nobody declared.
 */
export interface Requirement {
  required: boolean;
  declared: boolean;
  members: Member[];
}

/** How many of a member's occurrences are what; kept while rows are read, so that no row looks at all steps. */
export interface Member {
  requirement: Requirement;
  ran: number;
  /** In effect and not failed. */
  met: number;
  /** In effect or pending: the alternative that the saga has taken. */
  taken: number;
  back: number;
  failedFinally: number;
  compensated: number;
}

/** What a requirement adds to the totals of its saga. */
export interface Demand {
  unmet: number;
  back: number;
  failedFinally: number;
  compensated: number;
}

const BACK: ReadonlySet<StepState | null> = new Set<StepState>([
  'failed',
  'compensating',
  'compensated',
  'compensation_failed',
]);

/** A step on its way back, or that makes a saga go back where it is required. Contract part 2. */
export const isBack = (state: StepState | null): boolean => BACK.has(state);

export function newMember(requirement: Requirement): Member {
  const member = { requirement, ran: 0, met: 0, taken: 0, back: 0, failedFinally: 0, compensated: 0 };
  requirement.members.push(member);
  return member;
}

/** The requirements of a definition, and the member that each declared step is. */
export function requirementsOf(definition: SagaDefinition): {
  requirements: Requirement[];
  members: Map<StepDefinition, Member>;
} {
  const groups = new Map<string, Requirement>();
  const requirements: Requirement[] = [];
  const members = new Map<StepDefinition, Member>();
  for (const step of definition.steps) {
    let requirement = step.oneOf === undefined ? undefined : groups.get(step.oneOf);
    if (!requirement) {
      requirement = { required: false, declared: true, members: [] };
      requirements.push(requirement);
      if (step.oneOf !== undefined) groups.set(step.oneOf, requirement);
    }
    requirement.required ||= !step.optional;
    members.set(step, newMember(requirement));
  }
  return { requirements, members };
}

/** Another member of its group has been taken: what became of this one no longer decides the saga. */
export function isRelieved(member: Member): boolean {
  return member.requirement.members.some((other) => other !== member && other.taken > 0);
}

/** What a requirement adds now; an optional step adds nothing, whatever became of it. */
export function demandOf({ required, declared, members }: Requirement): Demand {
  const demand = { unmet: 0, back: 0, failedFinally: 0, compensated: 0 };
  if (!required) return demand;
  const met = members.some(({ ran, met }) => ran > 0 && met === ran);
  // A step nobody declared is demanded from its first known row on; rows that say nothing demand nothing.
  if (!met && (declared || members.some(({ ran }) => ran > 0))) demand.unmet = 1;
  const taken = members.reduce((sum, member) => sum + (member.taken > 0 ? 1 : 0), 0);
  for (const member of members) {
    if (taken - (member.taken > 0 ? 1 : 0) > 0) continue;
    demand.back += member.back;
    demand.failedFinally += member.failedFinally;
    demand.compensated += member.compensated;
  }
  return demand;
}
