import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOutcome, eventTone } from './event-tone';

describe('what the name of an event says', () => {
  it.each([
    ['ShipmentFailed', 'failed'],
    ['payment_declined', 'failed'],
    ['Order rejected', 'failed'],
    ['CarrierCallTimedOut', 'failed'],
    ['carrier.call.timed_out', 'failed'],
    ['PAYMENT_FAILED', 'failed'],
    ['A_Validate+ate_abort', 'failed'],
    ['FailedPaymentsReported', 'plain'],
    ['OrderPlaced', 'plain'],
    ['Einspruch', 'plain'],
    ['', 'plain'],
    ['PaymentVoided', 'compensated'],
    ['OrderCancelled', 'compensated'],
    ['CompensationStarted', 'compensating'],
    ['CompensationFailed', 'failed'],
  ])('%s is %s', (name, tone) => expect(eventTone(name)).toBe(tone));

  it('answers for any text, also a very long one', () => {
    fc.assert(fc.property(fc.string(), (name) => typeof eventTone(name) === 'string'));
    expect(eventTone(`${'x'.repeat(5_000_000)}Failed`)).toBe('failed');
  });
});

it.each([
  ['StockReserved', 'completed'],
  ['payment_authorized', 'completed'],
  ['AttentionRequested', 'attention'],
  ['OrderPlaced', 'plain'],
  ['ShipmentRequested', 'plain'],
  ['PaymentDeclined', 'failed'],
  ['PaymentVoided', 'compensated'],
  ['CompensationCompleted', 'compensating'],
])('in the list of a stream %s is %s', (name, outcome) => {
  expect(eventOutcome(name)).toBe(outcome);
});
