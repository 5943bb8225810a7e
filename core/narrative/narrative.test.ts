import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../saga/fold';
import type { Saga } from '../saga/saga';
import { customerText } from './customer';
import { fill } from './fill';
import { CONTEXT, definitionOf, error, given, orders, rowsOf, T0, type Line } from './given';
import { headline } from './headline';
import { sentence, sentenceText } from './sentence';
import { SITUATIONS } from './situations';
import { suggest } from './suggest';
import { TOLD } from './told';
import { stepWord } from './words';

const HOUR = 3_600_000;
const RUNS = { numRuns: 400 };

describe.each(SITUATIONS)('$name', ({ name, log, definition, settlements, interventions, after = HOUR }) => {
  const told = given(log, definition, settlements, interventions);
  const expected = TOLD[name];
  const now = T0 + after;

  it('has its sentence', () => {
    const parts = sentence(told.saga, told.definition, now, told.settlements);
    expect(parts.map((part) => (part.as === 'open' ? `*${part.text}*` : part.text)).join('')).toBe(expected?.sentence);
  });
  it('has its line in a worklist', () => expect(headline(told.saga, told.definition, now)).toBe(expected?.headline));
  it('has its suggestion', () => {
    const one = suggest(told.saga, told.definition, now);
    expect(one && `${one.action} ${one.label} ${one.because}`).toBe(expected?.suggestion);
  });
  it('has its text for the customer', () => expect(customerText(told.saga, told.definition)).toBe(expected?.customer));
});

const STEPS = [
  'reserve_inventory',
  'authorize_payment',
  'create_shipment',
  'confirm_order',
  'notify_customer',
  'extra',
];
const line: fc.Arbitrary<Line> = fc.tuple(
  fc.constantFrom(...STEPS),
  fc.constantFrom('PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED'),
  fc.record({
    phase: fc.constantFrom(null, null, 'ACTION', 'COMPENSATION'),
    attempt: fc.constantFrom(null, 1, 2, 3),
    error: fc.constantFrom(
      null,
      error('CARRIER_TIMEOUT', { category: 'infrastructure', retryable: true }),
      error('CAPTURE_SETTLED', { category: 'business', retryable: false }),
    ),
    context: fc.constantFrom(null, null, CONTEXT, '{"lines":[]}', '"{$.x}"'),
    compensationId: fc.constantFrom(
      null,
      '11111111-1111-4111-8111-111111111111',
      '22222222-2222-4222-8222-222222222222',
    ),
  }),
);
const logs = fc.array(line, { minLength: 1, maxLength: 14 });
const definitions = fc.constantFrom(null, orders(), orders(true));
const at = fc.constantFrom(T0 + 5_000, T0 + 60_000, T0 + HOUR);
const folded = fc.record({ lines: logs, definition: definitions, now: at }).map(({ lines, definition, now }) => ({
  definition,
  now,
  saga: fold(rowsOf(lines), definition, [], []),
}));
const stateOf = (saga: Saga, name: string) => saga.steps.find((step) => step.name === name)?.state;

describe('any log', { timeout: 120_000 }, () => {
  it('has a sentence that is whole, and names every outstanding effect and every doubt', () => {
    fc.assert(
      fc.property(folded, ({ saga, definition, now }) => {
        const text = sentenceText(sentence(saga, definition, now));
        expect(text).toMatch(/\S.*\.$/su);
        expect(text).not.toMatch(/[{}]|undefined|null\b|NaN|\.\.| {2}/u);
        for (const name of saga.outstanding) {
          const step = saga.steps.find((one) => one.name === name);
          const word = step && stepWord(step, saga, definition, 'open');
          expect(text.includes(name) || (!!word && text.includes(word))).toBe(true);
        }
        for (const name of saga.inDoubt) expect(text).toContain(name);
        if (saga.inDoubt.length > 0) expect(text).toContain('outcome unknown');
      }),
      RUNS,
    );
  });

  it('never claims an end or an undo that the log does not have', () => {
    fc.assert(
      fc.property(folded, ({ saga, definition, now }) => {
        const text = sentenceText(sentence(saga, definition, now));
        expect(text).not.toMatch(/completed/iu);
        expect(text.includes('All required steps are done')).toBe(saga.status === 'COMPLETED');
        expect(text.includes('effect is left to undo')).toBe(saga.status === 'COMPENSATED');
        for (const name of STEPS) {
          if (text.includes(`${name} was undone`)) expect(stateOf(saga, name)).toBe('compensated');
        }
        if (text.includes('Payment was voided')) expect(stateOf(saga, 'authorize_payment')).toBe('compensated');
        if (text.includes('Inventory was released')) expect(stateOf(saga, 'reserve_inventory')).toBe('compensated');
      }),
      RUNS,
    );
  });

  it('has a line of 60 characters at most', () => {
    fc.assert(
      fc.property(folded, fc.boolean(), ({ saga, definition, now }, timed) => {
        const text = headline(saga, definition, timed ? now : null);
        expect(Array.from(text).length).toBeGreaterThan(0);
        expect(Array.from(text).length).toBeLessThanOrEqual(60);
        expect(text).not.toMatch(/[{}]|undefined|NaN/u);
      }),
      RUNS,
    );
  });

  it('tells the customer no code, no step, no service, and no end that is not there', () => {
    fc.assert(
      fc.property(folded, ({ saga, definition }) => {
        const text = customerText(saga, definition);
        if (text === null) return;
        expect(text).not.toMatch(/[{}]|_|undefined|CARRIER|CAPTURE|soon|tomorrow|within|today/u);
        if (text.includes('was carried out')) expect(saga.status).toBe('COMPLETED');
        if (text.includes('Nothing of it is in effect')) {
          expect(saga.steps.some((step) => step.inEffect && step.kind !== 'none')).toBe(false);
          expect(saga.inDoubt).toEqual([]);
        }
        if (text.includes('Payment was voided')) expect(stateOf(saga, 'authorize_payment')).toBe('compensated');
      }),
      RUNS,
    );
  });

  it('suggests only what its steps allow', () => {
    fc.assert(
      fc.property(folded, ({ saga, definition, now }) => {
        const one = suggest(saga, definition, now);
        if (one === null) return;
        expect(one.label).toMatch(/^(Retry|Compensate|Skip) .+…$/u);
        expect(one.because).toMatch(/\.$/u);
        if (one.action === 'RETRY_STEP') expect(['failed', 'pending']).toContain(stateOf(saga, one.stepName ?? ''));
        if (one.action.startsWith('COMPENSATE')) expect(saga.pivotInEffect).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('words of a definition', () => {
  it('keep digits as written', () => {
    expect(fill('{$.big} of {$.amount.eur} for {$.lines[0].sku}', [CONTEXT])).toBe(
      '9007199254740993 of 184.90 for SKU-1042',
    );
  });
  it('look in the step first, then in the saga', () => {
    expect(fill('{$.sku}', ['{"sku":"A"}', '{"sku":"B"}'])).toBe('A');
    expect(fill('{$.sku}', [null, '{"sku":"B"}'])).toBe('B');
  });
  it.each(['{$.lines}', '{$.missing}', '{$.lines[3].sku}', '{nothing}', '{$.__proto__}', '{$.amount'])(
    'give way to the template: %s',
    (word) => expect(fill(word, [CONTEXT])).toBeNull(),
  );
  it.each(['{"a":"{$.b}"}', '{"a":""}', '{"a":null}', 'no json', '{"a":"x\\ny"}'])('do not take %s', (context) =>
    expect(fill('{$.a}', [context])).toBeNull(),
  );
  it('stay away from customers where they name a code or a service', () => {
    const words = { failed: 'create_shipment: NO_CARRIER', undone: 'The payment service voided it' };
    const definition = definitionOf([
      { name: 'pay', service: 'payment', words },
      { name: 'create_shipment', service: 'shipping', words },
    ]);
    const { saga } = given(
      [
        ['pay', 'SUCCESS'],
        ['create_shipment', 'FAILED'],
        ['pay', 'COMPENSATED'],
      ],
      definition,
    );
    expect(customerText(saga, definition)).toBe('Your request could not be carried out. Nothing of it is in effect.');
  });
  it('are cut by code point, not in the middle of one', () => {
    const words = { open: `${'🚚'.repeat(80)} on the road` };
    const definition = definitionOf([{ name: 'send', words }, { name: 'bill' }]);
    const { saga } = given(
      [
        ['send', 'SUCCESS'],
        ['bill', 'FAILED', { error: error('NO') }],
      ],
      definition,
    );
    const text = headline(saga, definition);
    expect(text).not.toMatch(/\p{Surrogate}/u);
    expect(text).toMatch(/^(🚚)+…: bill failed$/u);
  });
});
