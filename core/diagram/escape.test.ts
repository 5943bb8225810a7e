import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText, escapeLabel } from './escape';

// Any code points, halves of pairs and controls among them; fast-check's own 'binary' unit takes a minute to build.
const anyText = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength }).map((points) => String.fromCodePoint(...points));

const PLAIN = /^(?:[\w .-]|#\d+;)*$/;

test.each([
  ['reserve_inventory', 'reserve_inventory'],
  ['<img src=x>', '#60;img src#61;x#62;'],
  ['end;', 'end#59;'],
  ['a"b', 'a#34;b'],
  ['a\nb', 'a#9226;b'],
  ['style:#fff;', 'style#58;#35;fff#59;'],
  ['配送', '#37197;#36865;'],
  ['📦', '#128230;'],
  ['\u202Eabc', '#8238;abc'],
  ['$$x$$', '#36;#8203;#36;x#36;#8203;#36;'],
  ['\uD800', '#65533;'],
])('%j is written %s', (text, escaped) => {
  expect(escapeLabel(text)).toBe(escaped);
});

test('any text becomes plain characters and code points', () => {
  fc.assert(
    fc.property(anyText(200), (text) => {
      expect(escapeLabel(text)).toMatch(PLAIN);
    }),
  );
});

test('a cut text has at most the characters asked for, and a short one is itself', () => {
  expect(cutText('create_shipment', 26)).toBe('create_shipment');
  expect(cutText('x'.repeat(10_000), 26)).toBe(`${'x'.repeat(25)}…`);
  expect(cutText('👩‍👩‍👧‍👧'.repeat(30), 3)).toBe('👩‍👩‍👧‍👧👩‍👩‍👧‍👧…');
  expect(cutText(`a${'\u0301'.repeat(50_000)}`, 10).length).toBeLessThan(100);
  fc.assert(
    fc.property(anyText(60), (text) => {
      expect(cutText(text, 20).length).toBeLessThanOrEqual(20 * 16);
    }),
  );
});
