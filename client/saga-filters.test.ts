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

describe('field:value', () => {
  it.each([
    ['type:order_fulfilment', { field: 'type', values: ['order_fulfilment'] }],
    ['error: CARRIER_TIMEOUT', null],
    ['error:CARRIER_TIMEOUT', { field: 'errorCode', values: ['CARRIER_TIMEOUT'] }],
    ['status:failed,running', { field: 'status', values: ['FAILED', 'RUNNING'] }],
    ['attention:compensation failed', { field: 'attention', values: ['COMPENSATION_FAILED'] }],
    ['attention:any', { field: 'attention', values: ['any'] }],
    ['nothing:here', null],
    ['order-8841', null],
    ['type:', null],
  ])('%s', (text, expected) => {
    expect(typed(text)).toEqual(expected);
  });
});
