import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fold } from '../saga/fold';
import type { SagaRow } from '../saga/row';
import { customerText } from './customer';
import { definitionOf, error, rowsOf, T0 } from './given';
import { headline } from './headline';
import { cut, isolated } from './isolated';
import { sentence, sentenceText } from './sentence';
import { suggest } from './suggest';

const OVERRIDE = '\u202E';
const NAME = `pay${OVERRIDE}tnuocca`;
const count = (text: string, mark: string) => text.split(mark).length - 1;
/** Nothing outside of isolates turns the direction, and each isolate ends. */
const isSound = (text: string): boolean =>
  !/\p{Bidi_Control}/u.test(text.replaceAll(/\u2068[^\u2066-\u2069]*\u2069/gu, ''));

describe('a word of a sentence', () => {
  test.each(['reserve_inventory', 'Zahlung prüfen', '支払い', '2 × SKU-1042', '€184.90', '', 'a👍b'])(
    '%s stays as it is',
    (text) => expect(isolated(text)).toBe(text),
  );
  test.each([NAME, 'דגל', 'دفع', 'ߊ', '\u{10A00}', '\u{1E900}', 'a\u200Fb', 'a\u061Cb', 'a\u202A'])(
    '%j stands in an isolate',
    (text) => expect(isolated(text)).toBe(`\u2068${text}\u2069`),
  );
  it('cannot end its isolate early, nor outlast it', () => {
    expect(isolated(`a\u2069${OVERRIDE}b\u2067`)).toBe(`\u2068a\uFFFD${OVERRIDE}b\uFFFD\u2069`);
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            'a',
            'ד',
            ...'\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069',
          ),
        }),
        (text) => isSound(isolated(text)),
      ),
    );
  });
  it('keeps its isolate closed where a line is cut, within the length', () => {
    const text = `a ${isolated(NAME)} failed, ${isolated('דגל')} too`;
    for (let most = 3; most <= 40; most += 1) {
      const line = cut(text, most);
      expect(isSound(line)).toBe(true);
      expect(Array.from(line).length).toBeLessThanOrEqual(most);
    }
    expect(cut(text, 8)).toBe('a \u2068pay\u2069…');
    expect(cut('abcdef', 4)).toBe('abc…');
  });
});

const row = (name: string, status: string, more: Partial<SagaRow> = {}): [string, string, Partial<SagaRow>] => [
  name,
  status,
  more,
];
const refused = { error: error(`E${OVERRIDE}1`), context: `{"k":"8841${OVERRIDE}"}` };
const definition = definitionOf(
  [
    { name: NAME, compensation: `undo${OVERRIDE}`, words: { open: '{$.k} still held', failed: '{$.k} was refused' } },
    { name: `ship${OVERRIDE}`, compensation: `recall${OVERRIDE}` },
    { name: 'confirm', kind: 'pivot' },
  ],
  { businessKey: '$.k' },
);

test.each([
  [row(NAME, 'SUCCESS'), row(`ship${OVERRIDE}`, 'PENDING')],
  [row(NAME, 'SUCCESS'), row(`ship${OVERRIDE}`, 'FAILED', refused)],
  [row(NAME, 'FAILED', refused)],
  [row(NAME, 'SUCCESS'), row(`ship${OVERRIDE}`, 'FAILED', refused), row(NAME, 'PENDING', { phase: 'COMPENSATION' })],
  [
    row(NAME, 'SUCCESS'),
    row(`ship${OVERRIDE}`, 'FAILED', refused),
    row(NAME, 'FAILED', { phase: 'COMPENSATION', ...refused }),
  ],
  [row(NAME, 'SUCCESS'), row(NAME, 'COMPENSATED'), row(NAME, 'SUCCESS')],
  [row(NAME, 'SUCCESS', refused), row(`ship${OVERRIDE}`, 'SUCCESS'), row('confirm', 'FAILED', refused)],
])('a name that turns the direction turns no sentence: %#', (...log) => {
  for (const known of [definition, null]) {
    const saga = fold(rowsOf(log), known, [], []);
    const now = T0 + 3_600_000;
    const one = suggest(saga, known, now);
    const line = headline(saga, known, now);
    const texts = [
      sentenceText(sentence(saga, known, now)),
      ...sentence(saga, known, now).flatMap(({ text, as }) => (as === 'code' ? [] : [text])),
      line,
      headline(saga, known),
      one?.label ?? '',
      one?.because ?? '',
      customerText(saga, known) ?? '',
    ];
    for (const text of texts) expect(isSound(text), JSON.stringify(text)).toBe(true);
    expect(Array.from(line).length).toBeLessThanOrEqual(60);
    expect(texts.some((text) => count(text, '\u2068') > 0)).toBe(true);
  }
});
