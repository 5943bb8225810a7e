import { ImportOptions } from '@/core/contract/imports';
import { describe, expect, it } from 'vitest';
import { idsOf } from './csv-objects';
import { openLog } from './read';
import type { Imported } from './row';

/** What a file holds, read from pieces of 64 kB as they come off the network. */
async function read(text: string | Uint8Array, options: Record<string, unknown> = {}): Promise<Imported[]> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  const { items } = await openLog(pieces(), { ...ImportOptions.parse(options), defaultType: 'T' });
  const found: Imported[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const range = (length: number): number[] => Array.from({ length }, (_, n) => n);

const table = (more: string[], rows: string): string =>
  `case,activity,time${more.map((name) => `,${name}`).join('')}\n${rows}`;

describe('a table', () => {
  it('has up to 2,000 columns', async () => {
    const more = range(1_997).map((n) => `c${n}`);
    const [event] = await read(table(more, `c,a,2026-01-01${',1'.repeat(1_997)}\n`));
    expect(event).toMatchObject({ kind: 'event', payload: expect.stringContaining('"c1996":"1"') });
    await expect(read(table([...more, 'one'], 'c,a\n'))).rejects.toThrow(
      'The header line has 2,001 columns; an import takes 2,000 at most. Nothing was written.',
    );
    await expect(read(','.repeat(100_000))).rejects.toThrow('The header line has 100,001 columns');
  });

  it('has names that a payload can repeat, and says them short', async () => {
    expect(await read(table(['n'.repeat(200)], 'c,a,2026-01-01,1\n'))).toHaveLength(1);
    await expect(read(table(['n'.repeat(201)], 'c,a,2026-01-01,1\n'))).rejects.toThrow(
      `The name of column 4 is longer than 200 characters: ${'n'.repeat(60)}…. Nothing was written.`,
    );
  });
});

describe('the objects in a cell of a table', () => {
  it.each([
    ['[\'a\', "b", c]', ['a', 'b', 'c']],
    ["[ 'a' , 'a', ]", ['a']],
    [String.raw`['it\'s', "]"]`, ["it's", ']']],
    ['[]', []],
    ['[ ]', []],
    ['', []],
    ['o1', ['o1']],
    ['[a b]', null],
    ['[,a]', null],
    ["['a]", null],
    ['[a', null],
    [`[${' '.repeat(200_000)}'`, null],
    [`[a${' '.repeat(200_000)}b]`, null],
    [`[${'a,'.repeat(200_000)}]`, null],
  ])('%.20s', (cell, ids) => expect(idsOf(cell)).toEqual(ids));
});
