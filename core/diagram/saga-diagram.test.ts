import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure, type Line, ORDER, PICTURE, sagaOf, version } from './logs';
import { sagaDiagram } from './saga-diagram';

const draw = (lines: readonly Line[], definition: typeof ORDER | null = ORDER, direction: 'LR' | 'TB' = 'LR') =>
  sagaDiagram(sagaOf(lines, definition), definition, { direction });
type Drawn = ReturnType<typeof draw>;
const said = ({ nodes }: Drawn, lane: string) =>
  nodes.filter((node) => node.lane === lane).map(({ name, detail }) => `${name}: ${detail}`);
const edge = ({ nodes, edges }: Drawn, from: string, to: string) => {
  const id = (name: string) => nodes.find((node) => node.name === name)?.id ?? name;
  return edges.find((each) => each.from === id(from) && each.to === id(to));
};

/** Every line is a statement of our own: ids, escaped labels, arrows; nothing of the data stands outside a label. */
const STATEMENT = new RegExp(
  [
    /^flowchart (LR|TB)$/,
    /^ {2}subgraph (undo|forward)\["[\w ,]+"\]$/,
    /^ {2}end$/,
    /^ {4}[fu]\d+\["(?:[\w .-]|#\d+;)*<br>(?:[\w .-]|#\d+;)*"\]$/,
    /^ {4}(?:r\{" "\}|z\[" "\]|s\(\(" "\)\)|e\(\(" "\)\))$/,
    /^ {2}(?:[fu]\d+|[srez]) (?:~{3,}|-{2,}>|-\.+->)(?:\|"(?:[\w .-]|#\d+;)*"\|)? (?:[fu]\d+|[srez])$/,
    /^ {2}classDef \w+ [\w:,\- ]+$/,
    /^ {2}class [\w,]+ \w+$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
const strangers = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => !STATEMENT.test(line));

describe('the saga of picture 03', () => {
  const drawn = draw(PICTURE);

  test('each node says its result and what became of the effect', () => {
    expect(said(drawn, 'forward')).toEqual([
      'reserve_inventory: 412 ms · still in effect',
      'authorize_payment: 1.18 s · undone',
      'create_shipment: 3 × CARRIER_TIMEOUT',
      'confirm_order: not reached',
    ]);
    expect(said(drawn, 'undo')).toEqual([
      'release_inventory: 3 × WMS_UNAVAILABLE',
      'void_payment: 840 ms',
      'cancel_shipment: not run',
    ]);
  });

  test('the path that was taken is solid, the rest dashed', () => {
    expect(edge(drawn, 's', 'reserve_inventory')?.taken).toBe(true);
    expect(edge(drawn, 'authorize_payment', 'create_shipment')?.taken).toBe(true);
    expect(edge(drawn, 'create_shipment', 'confirm_order')?.taken).toBe(false);
    expect(edge(drawn, 'create_shipment', 'void_payment')).toMatchObject({
      taken: true,
      label: 'gave up after 3 attempts',
    });
    expect(edge(drawn, 'void_payment', 'release_inventory')?.taken).toBe(true);
    expect(edge(drawn, 'cancel_shipment', 'void_payment')?.taken).toBe(false);
    expect(edge(drawn, 'confirm_order', 'cancel_shipment')?.taken).toBe(false);
    expect(edge(drawn, 'release_inventory', 'r')?.taken).toBe(false);
    expect(edge(drawn, 'confirm_order', 'e')?.taken).toBe(false);
  });

  test('each undo has the column of its step, and the failed undo is the current step', () => {
    expect(drawn.nodes.filter(({ lane }) => lane === 'undo').map(({ column }) => column)).toEqual([0, 1, 2]);
    expect(drawn.nodes.filter(({ current }) => current).map(({ name }) => name)).toEqual(['release_inventory']);
  });

  test('the sentence tells the path', () => {
    expect(drawn.sentence).toContain('release_inventory failed to undo (3 × WMS_UNAVAILABLE), the current step');
    expect(drawn.sentence).toContain('1 step not reached.');
  });

  test('the text is made of our statements alone', () => {
    expect(strangers(drawn.mermaid)).toEqual([]);
    expect(drawn.mermaid).toMatch(/^flowchart LR\n/);
    expect(draw(PICTURE, ORDER, 'TB').mermaid).toMatch(/^flowchart TB\n/);
    expect(drawn.mermaid).toContain('-->|"gave up after 3 attempts"|');
  });
});

describe('other shapes', () => {
  test('a completed saga has no current step and ends', () => {
    const drawn = draw(ORDER.body.steps.map(({ name }, at) => [name, 'SUCCESS', at * 100]));
    expect(drawn.nodes.some(({ current }) => current)).toBe(false);
    expect(edge(drawn, 'confirm_order', 'e')?.taken).toBe(true);
    expect(said(drawn, 'forward')[0]).toBe('reserve_inventory: done');
  });

  test('parallel steps share a column, and what waits for both stands behind', () => {
    const definition = version([
      { name: 'a' },
      { name: 'b', after: ['a'] },
      { name: 'c', after: ['a'] },
      { name: 'd', after: ['b', 'c'] },
    ]);
    const drawn = draw(
      [
        ['a', 'SUCCESS', 0],
        ['c', 'SUCCESS', 10],
      ],
      definition,
    );
    const place = Object.fromEntries(
      drawn.nodes.filter(({ lane }) => lane === 'forward').map(({ name, column, row }) => [name, [column, row]]),
    );
    expect(place).toEqual({ a: [0, 0], b: [1, 0], c: [1, 1], d: [2, 0] });
    expect(strangers(drawn.mermaid)).toEqual([]);
  });

  test('repeats stand in a row, undeclared steps behind the one that began before them', () => {
    const definition = version([
      { name: 'ship', repeat: true },
      { name: 'done', kind: 'none' },
    ]);
    const drawn = draw(
      [
        ['ship#1', 'SUCCESS', 0],
        ['ship#2', 'SUCCESS', 10],
        ['surprise', 'SUCCESS', 20],
      ],
      definition,
    );
    expect(edge(drawn, 'ship#1', 'ship#2')?.taken).toBe(true);
    expect(edge(drawn, 'ship#2', 'surprise')?.taken).toBe(true);
    expect(edge(drawn, 'ship#2', 'done')?.taken).toBe(false);
  });

  test('the path goes round an optional step that did not run', () => {
    const definition = version([{ name: 'a' }, { name: 'b', optional: true }, { name: 'c' }]);
    const drawn = draw(
      [
        ['a', 'SUCCESS', 0],
        ['c', 'SUCCESS', 10],
      ],
      definition,
    );
    expect(edge(drawn, 'a', 'c')?.taken).toBe(true);
    expect(edge(drawn, 'b', 'c')?.taken).toBe(false);
  });

  test('a learning type has no compensation lane until something goes back', () => {
    expect(draw([['a', 'SUCCESS', 0]], null).mermaid).not.toContain('subgraph undo');
    const back = draw(
      [
        ['a', 'SUCCESS', 0],
        ['b', 'FAILED', 1, { error: failure('NO') }],
        ['a', 'COMPENSATED', 2],
      ],
      null,
    );
    expect(said(back, 'undo')).toEqual(['undo a: undone']);
    expect(edge(back, 'b', 'undo a')).toMatchObject({ taken: true, label: 'gave up' });
  });

  test('above 120 nodes the rest is left out and said, the step that failed stays', () => {
    const lines: Line[] = Array.from({ length: 10_000 }, (_, at) => [`step ${at}`, 'SUCCESS', at]);
    lines.push(['last', 'FAILED', 10_000, { error: failure('NO') }]);
    const drawn = draw(lines, null);
    expect(drawn.nodes.length).toBeLessThanOrEqual(120);
    expect(drawn.nodes.some(({ name }) => name === 'last')).toBe(true);
    expect(drawn.total).toBe(10_001);
    expect(drawn.sentence).toContain(`${drawn.shown} of 10001 steps are drawn.`);
    expect(strangers(drawn.mermaid)).toEqual([]);
  });
});

describe('hostile names', () => {
  const NAMES = [
    '<img src=x onerror=alert(1)>',
    'end;',
    'end',
    'a"] --> b["c',
    'line\nbreak',
    'x'.repeat(10_000),
    '\u202Eright to left',
    'שלום',
    '配送 🚚',
    '`code` **bold** $$x$$',
    'style:#f00;',
    '%%{init: {}}%%',
    '__proto__',
  ];

  test.each(NAMES.map((name) => [name.slice(0, 40), name] as const))(
    '%j is drawn escaped and kept whole beside',
    (_, name) => {
      const drawn = draw([[name, 'FAILED', 0, { error: failure(name) }]], null);
      expect(strangers(drawn.mermaid)).toEqual([]);
      expect(drawn.nodes[0]?.name).toBe(name);
      expect(drawn.mermaid.length).toBeLessThan(4_000);
    },
  );

  test('any names of any steps: our statements alone, ids never data', () => {
    const row = fc.tuple(
      fc
        .array(fc.integer({ min: 1, max: 0x10ffff }), { minLength: 1, maxLength: 30 })
        .map((points) => String.fromCodePoint(...points)),
      fc.constantFrom('PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED', 'odd'),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.constantFrom('LR', 'TB'), (rows, direction) => {
        const drawn = draw(
          rows.map(([name, status], at) => [name, status, at]),
          null,
          direction,
        );
        expect(strangers(drawn.mermaid)).toEqual([]);
      }),
    );
  });
});
