import { expect, it } from 'vitest';
import { shortId } from './id-chip';

it('shows the first 8 and last 6 of an id, and a short one whole', () => {
  expect(shortId('7f3c9a1e-0b52-4f0e-9d61-5b2f6a41d8c7')).toBe('7f3c9a1e…41d8c7');
  expect(shortId('order-8841')).toBe('order-8841');
  expect(shortId('💥'.repeat(20))).toBe(`${'💥'.repeat(8)}…${'💥'.repeat(6)}`);
});
