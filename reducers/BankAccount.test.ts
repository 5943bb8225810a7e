import { expect, test } from 'vitest';
import { applyEvent, emptyFold } from '@/core/stream/fold';
import { jsonText } from '@/core/stream/json';
import bankAccount from './BankAccount';

/** The states of an account of the demo, one after each event. */
const statesOf = (events: readonly (readonly [name: string, payload: string])[]) => {
  const fold = emptyFold();
  const states = events.map(([name, payload], place) => {
    const version = BigInt(place + 1);
    const row = { version, position: version, name, eventType: `${name}V1`, eventVersion: 1, payload };
    applyEvent(fold, { ...row, service: 'bank', tenantId: null, occurredAt: place }, { id: 'b', reduce: bankAccount });
    return jsonText(fold.state ?? null);
  });
  return { fold, states };
};

const OPENED = ['BankAccountOpened', '{"account_id":"a","owner":"acme","balance":2500.00,"currency":"EUR"}'] as const;
const REJECTED = [
  'TransferRejected',
  '{"account_id":"a","counterparty":"b","amount":9000.00,"rejected":{"code":"INSUFFICIENT_FUNDS","missing":6500.00}}',
] as const;
const SENT = ['MoneySent', '{"account_id":"a","counterparty":"b","amount":100.10,"balance":2399.90}'] as const;

test('a refusal is gone with the next transfer, and numbers stay as they were written', () => {
  const { fold, states } = statesOf([OPENED, REJECTED, SENT]);
  const account = '"account_id":"a","owner":"acme"';
  expect(states).toEqual([
    `{${account},"balance":2500.00,"currency":"EUR"}`,
    `{${account},"balance":2500.00,"currency":"EUR","last_transfer":{"kind":"rejected","counterparty":"b","amount":9000.00,"at":"1970-01-01T00:00:00.001Z","rejected":{"code":"INSUFFICIENT_FUNDS","missing":6500.00}},"transfers":{"sent":0,"received":0,"rejected":1}}`,
    `{${account},"balance":2399.90,"currency":"EUR","last_transfer":{"kind":"sent","counterparty":"b","amount":100.10,"at":"1970-01-01T00:00:00.002Z"},"transfers":{"sent":1,"received":0,"rejected":1}}`,
  ]);
  expect(fold.blame.get('balance')).toBe(3n);
  expect(fold.blame.get('transfers.rejected')).toBe(2n);
  expect(fold.blame.has('last_transfer.rejected.code')).toBe(false);
});

test('an event of another name is merged as it is, one without an object changes nothing', () => {
  expect(
    statesOf([
      ['AccountFrozen', '{"frozen":true}'],
      ['AccountFrozen', '[1]'],
    ]).states,
  ).toEqual(['{"frozen":true}', '{"frozen":true}']);
});
