import type { Action } from '@/core/contract/sagas';
import type { Refusal } from '@/core/intervention/can';
import { isCarriedOut } from '@/core/intervention/carried-out';

const NOT_YET: Refusal = {
  code: 'not_available',
  text: 'The rules allow this, but this version of the console compensates only; it does not carry this out yet.',
  who: 'Ask the team whose service owns the step.',
};

/** What `can` said, but for actions that this version does not carry out. */
export const ifOpen = (action: Action, allowed: true | Refusal): true | Refusal =>
  allowed === true && !isCarriedOut(action) ? NOT_YET : allowed;
