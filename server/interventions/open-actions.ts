import type { Action } from '@/core/contract/sagas';
import type { Refusal } from '@/core/intervention/can';

/** Actions that this version carries out. The rules know more of them; a button for one of those would fail. */
const OPEN: ReadonlySet<Action> = new Set(['COMPENSATE_SAGA', 'COMPENSATE_STEP']);

const NOT_YET: Refusal = {
  code: 'not_available',
  text: 'The rules allow this, but this version of the console compensates only; it does not carry this out yet.',
  who: 'The service that owns the step.',
};

/** What `can` said, but for actions that this version does not carry out. */
export const ifOpen = (action: Action, allowed: true | Refusal): true | Refusal =>
  allowed === true && !OPEN.has(action) ? NOT_YET : allowed;
