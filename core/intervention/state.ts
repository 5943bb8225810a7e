/** States of an intervention. Contract part 4. */
export const INTERVENTION_STATES = [
  'awaiting_approval',
  'approved',
  'dispatching',
  'accepted',
  'verified',
  'rejected',
  'cancelled',
  'expired',
  'halted',
  'failed',
  'dead_lettered',
  'no_evidence',
  'recorded',
] as const;
export type InterventionState = (typeof INTERVENTION_STATES)[number];

/** States of one call of its plan; `waiting` has not been sent. */
export const CALL_STATES = [
  'waiting',
  'dispatching',
  'accepted',
  'verified',
  'failed',
  'dead_lettered',
  'no_evidence',
  'skipped',
  'cancelled',
  'no_call',
] as const;
export type CallState = (typeof CALL_STATES)[number];

/** What may follow what. An intervention never takes a way that is not here; final states lead nowhere. */
export const NEXT: Record<InterventionState, readonly InterventionState[]> = {
  awaiting_approval: ['approved', 'rejected', 'cancelled', 'expired', 'halted'],
  approved: ['dispatching', 'verified', 'cancelled', 'halted', 'recorded'],
  dispatching: ['accepted', 'verified', 'failed', 'dead_lettered', 'no_evidence', 'cancelled', 'halted', 'recorded'],
  accepted: ['dispatching', 'verified', 'failed', 'dead_lettered', 'no_evidence', 'cancelled', 'halted', 'recorded'],
  failed: ['dispatching', 'verified', 'recorded', 'cancelled'],
  dead_lettered: ['dispatching', 'verified', 'recorded', 'cancelled'],
  no_evidence: ['dispatching', 'verified', 'recorded', 'cancelled'],
  verified: [],
  rejected: [],
  cancelled: [],
  expired: [],
  halted: [],
  recorded: [],
};

export const NEXT_CALL: Record<CallState, readonly CallState[]> = {
  waiting: ['dispatching', 'verified', 'no_call', 'cancelled'],
  dispatching: ['accepted', 'verified', 'dead_lettered', 'cancelled'],
  accepted: ['verified', 'failed', 'no_evidence', 'cancelled'],
  failed: ['waiting', 'verified', 'skipped', 'cancelled'],
  dead_lettered: ['waiting', 'verified', 'skipped', 'cancelled'],
  no_evidence: ['waiting', 'verified', 'skipped', 'cancelled'],
  verified: [],
  skipped: [],
  cancelled: [],
  no_call: [],
};

export type StoppedState = 'failed' | 'dead_lettered' | 'no_evidence';
const STOPPED: ReadonlySet<string> = new Set<StoppedState>(['failed', 'dead_lettered', 'no_evidence']);

/** It ended without proof and stays the saga's active intervention until retried or given up. */
export const isStopped = (state: InterventionState | CallState): state is StoppedState => STOPPED.has(state);
/** Nothing can happen to it any more. */
export const isFinal = (state: InterventionState): boolean => NEXT[state].length === 0;
/** The call was sent, and its end is not known yet. */
export const isInFlight = (state: CallState): boolean => state === 'dispatching' || state === 'accepted';
export const isOpen = (state: CallState): boolean => state === 'waiting' || isInFlight(state);
