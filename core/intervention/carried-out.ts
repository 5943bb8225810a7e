import type { Action } from '../contract/action';

const CARRIED_OUT: ReadonlySet<string> = new Set<Action>(['COMPENSATE_SAGA', 'COMPENSATE_STEP']);

/** Whether this version carries an action out. The rules know more of them; a button for one of those would fail. */
export const isCarriedOut = (action: string): boolean => CARRIED_OUT.has(action);
