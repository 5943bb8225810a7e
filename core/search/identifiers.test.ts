import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { identifiersIn, LONGEST_VALUE } from './identifiers';

const found = (json: string) => identifiersIn(parse(json)).map(({ field, value }) => `${field}=${value}`);

describe('what somebody may paste', () => {
  it.each([
    ['{"orderId":"order-8841"}', ['orderId=order-8841']],
    ['{"buyer":"Jo@Example.org"}', ['buyer=Jo@Example.org']],
    ['{"x":"7f3c9a3e-0000-4000-8000-00000000000a"}', ['x=7f3c9a3e-0000-4000-8000-00000000000a']],
    ['{"phone":"+49 170 1","fax":"+4917012345"}', ['phone=+49 170 1', 'fax=+4917012345']],
    ['{"customer_id":9007199254740993}', ['customer_id=9007199254740993']],
    ['{"IDs":["alpha","beta"]}', ['IDs=alpha', 'IDs=beta']],
    ['{"tracking-number":"ABC"}', ['tracking-number=ABC']],
    ['"order-1"', ['value=order-1']],
    ['{"lines":[{"sku":"SKU-1042"}],"id":"a1-b2"}', ['id=a1-b2', 'sku=SKU-1042']],
    ['{"a":"order-1","b":"ORDER-1"}', ['a=order-1']],
  ])('%s', (json, expected) => {
    expect(found(json)).toEqual(expected);
  });

  it.each([
    ['{"at":"2026-11-21T10:00:00.000Z","for":"PT5M"}'],
    ['{"paid":true,"valid":"yes","grid":"wide"}'],
    ['{"amount":184.90,"total":12000,"qty":3}'],
    ['{"lineNo":1,"note":"please ring twice at 5"}'],
    ['{"id":null,"key":"","ids":[]}'],
    [`{"key":"${'x'.repeat(LONGEST_VALUE + 1)}"}`],
    ['[]'],
  ])('is not in %s', (json) => {
    expect(found(json)).toEqual([]);
  });

  it('takes the outermost 32 of many, whatever stands deep', () => {
    const lines = Array.from({ length: 5_000 }, (_, n) => ({ sku: `SKU-${n}` }));
    const json = JSON.stringify({ lines, customerId: 'cust-42' });
    expect(found(json)[0]).toBe('customerId=cust-42');
    expect(found(json)).toHaveLength(32);
    expect(found(`${'['.repeat(900)}"order-1"${']'.repeat(900)}`)).toEqual(['value=order-1']);
  });

  it('never fails, and answers no more than it may', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const all = identifiersIn(parse(json));
        return all.length <= 32 && all.every(({ field, value }) => value.length <= LONGEST_VALUE && field.length <= 60);
      }),
    );
  });
});
