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

const attribute = (key: string, value: string): string => `<string key="${key}" value="${value}"/>`;
const event = (inside = ''): string =>
  `<event>${attribute('concept:name', 'a')}<date key="time:timestamp" value="2026-01-01"/>${inside}</event>`;
const log = (inside: string): string => `<log>${inside}</log>`;
const trace = (inside: string): string => `<trace>${attribute('concept:name', 'c')}${inside}</trace>`;

describe('a XES log', () => {
  it('repeats the attributes of a trace in its events up to 64 kB', async () => {
    const within = await read(log(trace(attribute('note', 'x'.repeat(60_000)) + event() + event())));
    expect(within).toMatchObject([
      { kind: 'event', payload: expect.stringContaining('"case:note":"xxx') },
      { kind: 'event' },
    ]);
  });

  it.each([
    ['one long attribute', attribute('note', 'x'.repeat(70_000))],
    [
      'many short ones',
      range(3_000)
        .map((n) => attribute(`a${n}`, ''))
        .join(''),
    ],
    [
      'one of many inside it',
      `<list key="l">${attribute('note', '').repeat(3_000)}<list key="m">${attribute('n', '')}</list></list>`,
    ],
  ])('leaves out the events of a trace with %s, and goes on behind it', async (_, long) => {
    const found = await read(log(`${trace(`${long}${attribute('more', '1')}${event()}${event()}`)}${trace(event())}`));
    expect(found).toMatchObject([
      { kind: 'bad', message: 'stands in a trace whose attributes, which each event repeats, are longer than 64 kB' },
      { kind: 'bad' },
      { kind: 'event', payload: expect.not.stringContaining('more') },
    ]);
  });

  it.each([
    ['many attributes', attribute('k', 'x'.repeat(1_000_000)).repeat(17)],
    [
      'attributes inside attributes',
      `<list key="l"><list key="m">${attribute('k', 'x'.repeat(1_000_000)).repeat(17)}</list></list>`,
    ],
    ['backslashes that a payload escapes', attribute('k', '\\'.repeat(1_000_000)).repeat(9)],
  ])('leaves out an event that is too long by %s, and goes on behind it', async (_, long) => {
    const found = await read(log(trace(`${event(long + attribute('k', ''))}\n${event()}`)));
    expect(found).toMatchObject([
      { kind: 'bad', at: 'line 1', message: 'is longer than 16 MB' },
      { kind: 'event', payload: '{"concept:name":"a","time:timestamp":"2026-01-01","case:concept:name":"c"}' },
    ]);
  });

  it('keeps neither attributes of the log nor events and traces inside attributes', async () => {
    const found = await read(
      log(
        `<list key="l">${attribute('x', '1')}</list>${trace(`<list key="m">${event()}${trace(attribute('y', '1'))}</list>${event()}`)}`,
      ),
    );
    expect(found).toMatchObject([
      { kind: 'bad', message: 'is an event inside an attribute' },
      { kind: 'bad', message: 'is a trace inside an attribute' },
      { kind: 'event', payload: expect.not.stringContaining('y') },
    ]);
  });
});

/** Characters of payload that come before it is refused. */
const grown = async (text: string): Promise<{ characters: number; why: string }> => {
  let characters = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  try {
    const { items } = await openLog(bytes(), { ...ImportOptions.parse({ objectType: 'T' }), defaultType: 'T' });
    for await (const item of items) characters += item.kind === 'event' ? item.payload.length : 0;
  } catch (error) {
    return { characters, why: String(error) };
  }
  return { characters, why: '' };
};

it('a JSON document is not followed into any depth', async () => {
  expect(await read(`[${'['.repeat(99_999)}${']'.repeat(99_999)}]`)).toMatchObject([{ kind: 'bad' }]);
  await expect(read('['.repeat(200_000))).rejects.toThrow('is nested deeper than 100,000 levels');
});

describe('what a file becomes', () => {
  it.each([
    [
      'events of OCEL for many objects',
      `{"events": [{"id": "1", "type": "a", "time": "2026-01-01", "relationships": [${range(5_000).map((n) => `{"objectId": "${n}"}`)}], "note": "${'x'.repeat(300_000)}"}]}`,
    ],
    [
      'attributes of a trace for many events',
      `<log><trace><string key="concept:name" value="c"/><string key="note" value="${'x'.repeat(60_000)}"/>${'<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-01-01"/></event>'.repeat(2_000)}</trace></log>`,
    ],
    [
      'rows of a table for many objects',
      `ocel:type:T,activity,time,note\n"[${range(5_000)}]",a,2026-01-01,${'x'.repeat(300_000)}\n`,
    ],
  ])('is bounded: %s', async (_, text) => {
    const { characters, why } = await grown(text);
    expect(why).toContain('take more than 50 times its size');
    expect(characters).toBeLessThan(65 * 1024 * 1024);
  });
});
