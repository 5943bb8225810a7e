import { expect, it } from 'vitest';
import { asSaid } from './search';

it.each([
  ['order-8841', []],
  ['order 8841', ['order-8841']],
  ['order_8841', ['order-8841']],
  ['#8841', ['8841']],
  ['# order 8841', ['order 8841', 'order-8841']],
  ['order8841', ['order-8841']],
  ['a@b.c', []],
])('%s may also be said %j', (value, expected) => {
  expect(asSaid(value)).toEqual(expected);
});
