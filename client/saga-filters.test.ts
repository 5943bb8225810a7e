import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAGA_FILTERS, sagaFiltersOf } from './saga-filters';
import { withFilter, withText } from './url-filters';

const { fields, filtersOf, names, typed } = SAGA_FILTERS;

const value = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => text.trim() === text && !text.includes(','));
const filter = fc
  .constantFrom(...names)
  .chain((field) =>
    fc.uniqueArray(value, { minLength: 1, maxLength: fields[field].many ? 4 : 1 }).map((values) => ({ field, values })),
  );

describe('filters in the URL', () => {
  it('come back as they were set, oldest first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(filter, { selector: (each) => each.field }), (filters) => {
        let params = new URLSearchParams('q=order-88');
        for (const { field, values } of filters) params = withFilter(params, field, values);
        expect(filtersOf(new URLSearchParams(params.toString()))).toEqual(filters);
      }),
    );
  });

  it('dropping the newest gives the URL before it', () => {
    const before = new URLSearchParams('type=order_fulfilment&q=order');
    const after = withFilter(before, 'errorCode', ['CARRIER_TIMEOUT']);
    expect(filtersOf(after).at(-1)).toEqual({ field: 'errorCode', values: ['CARRIER_TIMEOUT'] });
    expect(withFilter(after, 'errorCode', []).toString()).toBe(before.toString());
  });

  it('another filter or text ends the page', () => {
    const params = new URLSearchParams('cursor=abc&status=FAILED');
    expect(withFilter(params, 'type', ['a']).has('cursor')).toBe(false);
    expect(withText(params, 'x').has('cursor')).toBe(false);
  });

  it('ask the API for the same', () => {
    expect(sagaFiltersOf(new URLSearchParams('status=FAILED,RUNNING&errorCode=E&q= order-8 &cursor=c'))).toEqual({
      status: ['FAILED', 'RUNNING'],
      errorCode: 'E',
      q: 'order-8',
      sort: '-updatedAt',
      cursor: 'c',
    });
    expect(sagaFiltersOf(new URLSearchParams('attention=any')).sort).toBe('risk');
    expect(sagaFiltersOf(new URLSearchParams('attention=any&sort=startedAt')).sort).toBe('startedAt');
  });
});

describe('what is typed', () => {
  const read = (filters: object[], text = '', more: object = {}) => ({
    filters,
    text,
    unknown: [],
    refused: [],
    ...more,
  });
  it.each([
    ['type:order_fulfilment', read([{ field: 'type', values: ['order_fulfilment'] }])],
    ['error:CARRIER_TIMEOUT', read([{ field: 'errorCode', values: ['CARRIER_TIMEOUT'] }])],
    ['status:failed,running', read([{ field: 'status', values: ['FAILED', 'RUNNING'] }])],
    ['status:failed status:running', read([{ field: 'status', values: ['FAILED', 'RUNNING'] }])],
    ['attention:"compensation failed"', read([{ field: 'attention', values: ['COMPENSATION_FAILED'] }])],
    ['attention:illegal-transition', read([{ field: 'attention', values: ['ANOMALY'] }])],
    ['Attention:any', read([{ field: 'attention', values: ['any'] }])],
    ['started after:2026-03-12T14:00Z', read([{ field: 'from', values: ['2026-03-12T14:00:00.000Z'] }])],
    [
      'order-88 tenant:acme step:"take money" paid',
      read(
        [
          { field: 'tenant', values: ['acme'] },
          { field: 'step', values: ['take money'] },
        ],
        'order-88 paid',
      ),
    ],
    ['order_id:order-5000', read([], 'order-5000', { unknown: [{ field: 'order_id', value: 'order-5000' }] })],
    ['"order_id:order-5000"', read([], 'order_id:order-5000')],
    ['https://shop.example/1 at 14:00', read([], 'https://shop.example/1 at 14:00')],
    ['order-8841', read([], 'order-8841')],
    ['tenant:"acme', read([{ field: 'tenant', values: ['acme'] }])],
    ['note: tenant', read([], 'note: tenant')],
  ])('%s', (text, expected) => {
    expect(typed(text)).toEqual(expected);
  });

  it.each([
    ['type:', 'type: needs its value right after the colon.'],
    ['error: CARRIER_TIMEOUT', 'error: needs its value right after the colon.'],
    ['status:lost', '“lost” is no status: it is one of running, completed, failed, compensating, compensated.'],
    ['from:yesterday', '“yesterday” is no time: started after takes one such as 2026-03-12T14:00.'],
  ])('%s is refused', (text, sentence) => {
    expect(typed(text)).toMatchObject({ filters: [], refused: [sentence] });
  });

  it('loses no word, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { filters, text: words, unknown, refused } = typed(text);
        const kept = words + filters.flatMap(({ values }) => values).join('') + JSON.stringify([unknown, refused]);
        for (const word of text.split(/[^a-z]+/i).filter((one) => one.length > 2 && !text.includes(`${one}:`)))
          expect(kept.toLowerCase()).toContain(word.toLowerCase());
      }),
    );
  });
});
