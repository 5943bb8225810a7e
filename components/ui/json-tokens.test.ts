import { describe, expect, test } from 'vitest';
import { jsonLines } from './json-tokens';

const shown = (text: string, max = 100, bare = true) =>
  jsonLines(text, max, bare).lines.map(
    ({ indent, pieces }) => '  '.repeat(indent) + pieces.map((each) => each.text).join(''),
  );

test('as the picture has it: bare keys, small objects on one line', () => {
  const text =
    '{"order_id":"8841","amount":{"eur":184.90},"lines":[{"sku":"SKU-1042","qty":2}],"none":{},"shipment_id":null}';
  expect(shown(text)).toEqual([
    '{',
    '  order_id: "8841",',
    '  amount: { eur: 184.90 },',
    '  lines: [{ sku: "SKU-1042", qty: 2 }],',
    '  none: {},',
    '  shipment_id: null',
    '}',
  ]);
});

test('numbers and escapes stay as written', () => {
  expect(shown('{"a":9007199254740993,"b":1.10,"c":"\\u202e\\n","odd key":-1e5}')).toEqual([
    '{',
    '  a: 9007199254740993,',
    '  b: 1.10,',
    '  c: "\\u202e\\n",',
    '  "odd key": -1e5',
    '}',
  ]);
});

describe('text that is cut, deep or long', () => {
  test('cut in a string, cut in an object, no JSON at all', () => {
    expect(shown('{"a": "unfinis')).toEqual(['{', '  a: "unfinis']);
    expect(shown('{"a": {"b": 1')).toEqual(['{', '  a: {', '    b: 1']);
    expect(shown('not json')).toEqual(['notjson']);
  });

  test('100,000 levels and two megabytes take no stack and few lines', () => {
    expect(jsonLines('['.repeat(100_000), 50).lines).toHaveLength(50);
    const page = jsonLines(`{"big":"${'x'.repeat(2_000_000)}"}`, 50);
    expect(page.lines[1]?.pieces[2]?.text).toContain('… (1998002 more characters)');
    expect(jsonLines(`[${'1,'.repeat(1_000_000)}1]`, 50)).toMatchObject({ more: true });
  });
});
