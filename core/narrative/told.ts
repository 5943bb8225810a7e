/** What is said of each of the situations; open effects stand between asterisks. */
export const TOLD: Record<
  string,
  { sentence: string; headline: string; suggestion: string | null; customer: string | null }
> = {
  'just started': {
    sentence: 'reserve_inventory is under way.',
    headline: 'reserve_inventory is under way, 0 steps done',
    suggestion: null,
    customer: 'Your request is not finished yet.',
  },
  'half way': {
    sentence: '2 steps are done: reserve_inventory and authorize_payment. create_shipment is under way.',
    headline: 'create_shipment is under way, 2 steps done',
    suggestion: null,
    customer: 'Your request 8841 is not finished yet.',
  },
  'between two steps': {
    sentence: '2 steps are done: reserve_inventory and authorize_payment. Next is create_shipment.',
    headline: '2 steps done',
    suggestion: null,
    customer: 'Your request 8841 is not finished yet.',
  },
  'failed, tries again': {
    sentence:
      'Payment was not authorized (WMS_UNAVAILABLE, attempt 1 of 3) and may be tried again. 1 step is done: reserve_inventory — *outcome unknown: authorize_payment.*',
    headline: 'authorize_payment failed, may be tried again',
    suggestion: null,
    customer: 'Your request 8841 is not finished yet.',
  },
  learning: {
    sentence:
      '2 steps are done: reserve_inventory and authorize_payment. No definition says which steps it has: cannot tell whether it is finished.',
    headline: '2 steps done',
    suggestion: null,
    customer: null,
  },
  'learning, under way': {
    sentence:
      '1 step is done: reserve_inventory. authorize_payment is under way. No definition says which steps it has: cannot tell whether it is finished.',
    headline: 'authorize_payment is under way, 1 step done',
    suggestion: null,
    customer: null,
  },
  'learning, failed': {
    sentence:
      'authorize_payment failed (ISSUER_DECLINED, 1 attempt). Nothing has been undone — *reserve_inventory is still in effect.*',
    headline: 'reserve_inventory still in effect: authorize_payment failed',
    suggestion: null,
    customer: 'Your request 8841 could not be carried out. What was already done for it has not been taken back yet.',
  },
  completed: {
    sentence: 'All required steps are done.',
    headline: 'All required steps are done',
    suggestion: null,
    customer: 'Your request 8841 was carried out.',
  },
  'completed, optional step failed': {
    sentence: 'All required steps are done. notify_customer failed (SMTP_DOWN, 1 attempt); the step is not required.',
    headline: 'All required steps are done',
    suggestion: null,
    customer: 'Your request 8841 was carried out, except for a part that it does not depend on.',
  },
  'completed by a discovered definition': {
    sentence: 'Every step that sagas of its type usually take is done.',
    headline: 'All required steps are done',
    suggestion: null,
    customer: null,
  },
  'first step failed': {
    sentence: 'Inventory could not be reserved (ISSUER_DECLINED, 1 attempt). Nothing took effect, so nothing is owed.',
    headline: 'reserve_inventory failed (ISSUER_DECLINED)',
    suggestion: null,
    customer: 'Your request could not be carried out. Inventory could not be reserved. Nothing of it is in effect.',
  },
  'failed, not compensated': {
    sentence:
      'Shipment could not be created (ISSUER_DECLINED, 3 attempts). Nothing has been undone — *€184.90 still held; 2 × SKU-1042 still reserved.*',
    headline: '€184.90 still held and 1 more: create_shipment failed',
    suggestion: 'COMPENSATE_SAGA Compensate 2 steps… create_shipment failed with 2 effects still in place.',
    customer:
      'Your request 8841 could not be carried out. Shipment could not be created. What was already done for it has not been taken back yet.',
  },
  'failed, not compensated, no words': {
    sentence:
      'create_shipment failed (ISSUER_DECLINED, 3 attempts). Nothing has been undone — *authorize_payment and reserve_inventory are still in effect.*',
    headline: '2 steps still in effect: create_shipment failed',
    suggestion: 'COMPENSATE_SAGA Compensate 2 steps… create_shipment failed with 2 effects still in place.',
    customer: 'Your request 8841 could not be carried out. What was already done for it has not been taken back yet.',
  },
  'failed, outcome unknown': {
    sentence:
      'Shipment could not be created (CARRIER_TIMEOUT, 3 attempts). Nothing has been undone — *€184.90 still held; 2 × SKU-1042 still reserved; outcome unknown: create_shipment.*',
    headline: '€184.90 still held and 1 more: create_shipment failed',
    suggestion: 'COMPENSATE_SAGA Compensate 3 steps… create_shipment failed with 2 effects still in place.',
    customer: 'Your request 8841 could not be carried out. What was already done for it has not been taken back yet.',
  },
  compensating: {
    sentence:
      'create_shipment failed (ISSUER_DECLINED, 3 attempts). void_payment is under way — *authorize_payment and reserve_inventory are still in effect.*',
    headline: 'Compensating authorize_payment',
    suggestion: null,
    customer: 'Your request 8841 could not be carried out. Not everything has been taken back yet.',
  },
  'compensation failed': {
    sentence:
      'Shipment could not be created (CARRIER_TIMEOUT, 3 attempts). Payment was voided; releasing inventory failed 3 times (WMS_UNAVAILABLE). No progress for 59 min — *2 × SKU-1042 still reserved; outcome unknown: create_shipment.*',
    headline: '2 × SKU-1042 still reserved: undo failed 3 times',
    suggestion: 'COMPENSATE_STEP Retry release_inventory… release_inventory failed 3 times (WMS_UNAVAILABLE).',
    customer: 'Your request 8841 could not be carried out. Payment was voided. Not everything has been taken back yet.',
  },
  'compensation failed, no words': {
    sentence:
      'create_shipment failed (ISSUER_DECLINED, 3 attempts). authorize_payment was undone; release_inventory failed 3 times (WMS_UNAVAILABLE). No progress for 59 min — *reserve_inventory is still in effect.*',
    headline: 'reserve_inventory still in effect: undo failed 3 times',
    suggestion: 'COMPENSATE_STEP Retry release_inventory… release_inventory failed 3 times (WMS_UNAVAILABLE).',
    customer: 'Your request 8841 could not be carried out. Not everything has been taken back yet.',
  },
  'compensation refused': {
    sentence:
      'Shipment could not be created (ISSUER_DECLINED, 3 attempts). Voiding payment failed once (CAPTURE_SETTLED) — *€184.90 still held; 2 × SKU-1042 still reserved.*',
    headline: '€184.90 still held and 1 more: undo refused',
    suggestion:
      'COMPENSATE_STEP Compensate reserve_inventory… void_payment was refused (CAPTURE_SETTLED) and has to be settled by hand; reserve_inventory need not wait.',
    customer:
      'Your request 8841 could not be carried out. Shipment could not be created. Not everything has been taken back yet.',
  },
  'compensation stopped half way': {
    sentence:
      'Shipment could not be created (ISSUER_DECLINED, 3 attempts). Payment was voided. The rest has not been undone. No progress for 59 min — *2 × SKU-1042 still reserved.*',
    headline: '2 × SKU-1042 still reserved: create_shipment failed',
    suggestion: 'COMPENSATE_SAGA Compensate 1 step… create_shipment failed with 1 effect still in place.',
    customer:
      'Your request 8841 could not be carried out. Shipment could not be created. Payment was voided. Not everything has been taken back yet.',
  },
  'call to compensate dead-lettered': {
    sentence:
      'create_shipment failed (ISSUER_DECLINED, 3 attempts). Nothing has been undone. A call to compensate authorize_payment ended without success — *authorize_payment and reserve_inventory are still in effect.*',
    headline: '2 steps still in effect: undo did not get through',
    suggestion:
      'COMPENSATE_SAGA Compensate 2 steps… a call to void_payment did not get through, and 1 more step may still be in effect.',
    customer: 'Your request 8841 could not be carried out. What was already done for it has not been taken back yet.',
  },
  compensated: {
    sentence:
      'Shipment could not be created (ISSUER_DECLINED, 3 attempts). Inventory was released; payment was voided. No effect is left to undo.',
    headline: 'Compensated after create_shipment failed',
    suggestion: null,
    customer:
      'Your request 8841 could not be carried out. Shipment could not be created. Inventory was released. Payment was voided. Nothing of it is in effect.',
  },
  'compensated, outcome unknown': {
    sentence:
      'Payment was not authorized (WMS_UNAVAILABLE, 1 attempt). Inventory was released. No known effect is left to undo — *outcome unknown: authorize_payment.*',
    headline: 'Compensated after authorize_payment failed',
    suggestion: null,
    customer:
      'Your request 8841 could not be carried out. Inventory was released. The outcome of one part is not known yet.',
  },
  'compensated, tombstone of the step that timed out': {
    sentence:
      'Shipment could not be created (CARRIER_TIMEOUT, 3 attempts). Inventory was released; create_shipment was undone. No effect is left to undo.',
    headline: 'Compensated after create_shipment failed',
    suggestion: null,
    customer:
      'Your request 8841 could not be carried out. Shipment could not be created. Inventory was released. Nothing of it is in effect.',
  },
  'stuck forward': {
    sentence:
      '2 steps are done. create_shipment is under way. No progress for 21 min — *€184.90 still held; 2 × SKU-1042 still reserved; outcome unknown: create_shipment.*',
    headline: 'No progress for 21 min: create_shipment has not finished',
    suggestion: 'RETRY_STEP Retry create_shipment… create_shipment has not finished, its outcome is unknown.',
    customer: 'Your request 8841 is not finished yet.',
  },
  'stuck between steps': {
    sentence:
      '1 step is done. Next is authorize_payment. No progress for 1 h 12 min — *reserve_inventory is still in effect.*',
    headline: 'No progress for 1 h 12 min: waiting for the next step',
    suggestion: null,
    customer: 'Your request 8841 is not finished yet.',
  },
  'stuck undoing': {
    sentence:
      'authorize_payment failed (ISSUER_DECLINED, 1 attempt). release_inventory is under way. No progress for 59 min — *reserve_inventory is still in effect.*',
    headline: 'reserve_inventory still in effect: undo has not finished',
    suggestion: 'COMPENSATE_STEP Retry release_inventory… reserve_inventory has not been undone yet.',
    customer: 'Your request 8841 could not be carried out. Not everything has been taken back yet.',
  },
  'failed after the pivot': {
    sentence:
      'deliver failed (ISSUER_DECLINED, 1 attempt). confirm_order is done, so it can only go forward — *deliver is still owed.*',
    headline: 'deliver still owed: deliver failed (ISSUER_DECLINED)',
    suggestion: 'RETRY_STEP Retry deliver… confirm_order is done, so only the way forward is left.',
    customer: 'Your request 8841 went through, but one part of it could not be done.',
  },
  'pivot in doubt': {
    sentence:
      'confirm_order failed (CARRIER_TIMEOUT, attempt 1 of 3) and may be tried again. 3 steps are done. No progress for 59 min — *create_shipment, authorize_payment and reserve_inventory are still in effect; outcome unknown: confirm_order.*',
    headline: 'No progress for 59 min: confirm_order failed',
    suggestion:
      'RETRY_STEP Retry confirm_order… the outcome of confirm_order is unknown, and it decides whether to go back.',
    customer: 'Your request 8841 is not finished yet.',
  },
  suspension: {
    sentence:
      'create_shipment took effect after its compensation (suspension). The rest has not been undone. No progress for 59 min — *create_shipment is still in effect.*',
    headline: 'create_shipment still in effect: ran after its compensation',
    suggestion:
      'COMPENSATE_STEP Compensate create_shipment… create_shipment took effect after it had been compensated.',
    customer: 'Your request has to be checked by us before we can say how it stands.',
  },
  contradiction: {
    sentence:
      'reserve_inventory failed (ISSUER_DECLINED, 2 attempts). Nothing has been undone. reserve_inventory was reported done and then failed (contradiction) — *reserve_inventory is still in effect.*',
    headline: 'reserve_inventory still in effect: contradiction',
    suggestion: null,
    customer: 'Your request 8841 has to be checked by us before we can say how it stands.',
  },
  'double compensation': {
    sentence:
      'authorize_payment failed (ISSUER_DECLINED, 1 attempt). reserve_inventory was undone. No effect is left to undo. reserve_inventory was compensated twice, by different hands (double compensation).',
    headline: 'reserve_inventory compensated twice',
    suggestion: null,
    customer: 'Your request 8841 has to be checked by us before we can say how it stands.',
  },
  'past pivot': {
    sentence:
      'Payment was voided. authorize_payment was compensated although confirm_order is done (past pivot). No progress for 59 min.',
    headline: 'authorize_payment compensated past the pivot',
    suggestion: null,
    customer: 'Your request 8841 has to be checked by us before we can say how it stands.',
  },
  'one step settled': {
    sentence:
      'Shipment could not be created (ISSUER_DECLINED, 3 attempts). Payment was voided; releasing inventory failed 3 times (WMS_UNAVAILABLE). reserve_inventory was settled by ana@example.com.',
    headline: 'Settled by a person',
    suggestion: null,
    customer: 'Your request 8841 could not be carried out. Shipment could not be created. Payment was voided.',
  },
  resolved: {
    sentence:
      'create_shipment failed (ISSUER_DECLINED, 3 attempts). It was marked resolved by ana@example.com with reserve_inventory and authorize_payment still in effect.',
    headline: 'create_shipment failed (ISSUER_DECLINED)',
    suggestion: null,
    customer: 'Your request 8841 could not be carried out.',
  },
  'waiting for approval': {
    sentence:
      '2 steps are done: reserve_inventory and authorize_payment. create_shipment is under way. An intervention waits for approval.',
    headline: 'Waiting for approval',
    suggestion: null,
    customer: 'Your request 8841 is not finished yet.',
  },
  'everything still open': {
    sentence:
      'confirm_order failed (ISSUER_DECLINED, 1 attempt). Nothing has been undone — *€184.90 still held; 2 × SKU-1042 still reserved; create_shipment is still in effect.*',
    headline: '€184.90 still held and 2 more: confirm_order failed',
    suggestion: 'COMPENSATE_SAGA Compensate 3 steps… confirm_order failed with 3 effects still in place.',
    customer: 'Your request 8841 could not be carried out. What was already done for it has not been taken back yet.',
  },
  'completed saga reversed in part': {
    sentence:
      'It is going back, though no step is recorded as failed. b was undone. The rest has not been undone. No progress for 59 min — *a is still in effect.*',
    headline: 'a still in effect',
    suggestion: 'COMPENSATE_SAGA Compensate 1 step… 1 effect still in place.',
    customer: 'Your request does not stand as it was. Not everything has been taken back yet.',
  },
};
