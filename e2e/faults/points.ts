import type { Change } from './barrier';
import type { Toll } from './gateway';

/** A place in the run of one call at which the worker is killed. */
export interface Point {
  name: string;
  /** What the gateway before the participant does with the call. */
  keeps?: Toll['keeps'];
  /** The change that a writer has begun and not made. Without one the gateway says when it is reached. */
  barrier?: Change;
  /** The call is recorded as accepted, and the worker waits for a row that is not there. */
  accepted?: true;
}

/** In the order of a run. The step's compensation is a real one; 202 is a participant that does its work later. */
export const POINTS: readonly Point[] = [
  { name: 'before the call, its number not committed', barrier: 'dispatched' },
  { name: 'before the call reaches the participant', keeps: 'request' },
  { name: 'during the call, the effect half made', barrier: 'effect' },
  { name: 'effect and row made, the answer on its way', keeps: 'answer' },
  { name: 'the answer arrived, not recorded', barrier: 'accepted' },
  { name: '202 arrived, not recorded, the row later', keeps: 'queue', barrier: 'accepted' },
  { name: '202 recorded, the row later', keeps: 'queue', accepted: true },
  { name: 'the row is there, not observed', barrier: 'verified' },
];
export const RESTARTED = 'PostgreSQL restarted at random moments';
export const BOTH = 'PostgreSQL restarted and the worker killed';
