import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowNode } from '../contract/flows';
import { flowGraph, type FlowGroup } from '../flow/graph';
import { PICTURE_NODES } from '../flow/group';
import { flowchart, sequence, sequenceLines } from './flow-mermaid';

const group = (n: number, more: Partial<FlowGroup>): FlowGroup => ({
  groupId: `group-${n}`,
  cause: n === 1 ? { kind: 'none' } : { kind: 'event', ref: 'group-1' },
  name: `Event${n}`,
  service: 'orders',
  events: 1,
  firstPosition: String(n),
  lastPosition: String(n),
  firstAt: n,
  lastAt: n,
  causeName: null,
  causePosition: null,
  after: null,
  says: '',
  first: null,
  ...more,
});
const pictureOf = (groups: FlowGroup[]) => ({
  ...flowGraph({ groups, ghosts: [], steps: [], commands: [], unfolded: null }),
  services: [...new Set(groups.map(({ service }) => service))].map((name) => ({ name, events: 1 })),
});

const picture = pictureOf([
  group(1, { name: 'OrderPlaced' }),
  group(2, { name: 'StockReserved', service: 'inventory', events: 128, lastPosition: '129' }),
  group(3, { name: 'ShipmentFailed', service: 'shipping' }),
]);

describe('a flow as mermaid text', () => {
  it('has services as lanes, a stack with its number, and the bold path thick', () => {
    expect(flowchart(picture, new Set(picture.edges.slice(1)))).toBe(`flowchart LR
  subgraph l2["shipping"]
    s2x0((" "))
    s2x1((" "))
    n2["#8195;#8194;ShipmentFailed<br>#35;3 to 3"]
  end
  subgraph l1["inventory"]
    s1x0((" "))
    s1x1((" "))
    n1[["#215;128 StockReserved<br>#35;2 to 129"]]
  end
  subgraph l0["orders"]
    s0x0((" "))
    s0x1((" "))
    n0["OrderPlaced<br>#35;1 to 1"]
  end
  s((" "))
  s ~~~ s0x0
  s0x0 ~~~~~ s0x1
  s0x0 ~~~ n0
  s ~~~ s1x0
  s1x0 ~~~~~ s1x1
  s ~~~ s2x0
  s2x0 ~~~~~ s2x1
  n0 --> n1
  n0 --> n2
  linkStyle 8 stroke-width:2.5px
  classDef ghost stroke-dasharray:3 3
  class n2 failed
  classDef stay fill:none,stroke:none
  class s,s0x0,s0x1,s1x0,s1x1,s2x0,s2x1 stay
`);
  });

  it('keeps the rows of its lanes as long as the longest way, however long that is', () => {
    const chain = pictureOf(
      Array.from({ length: 25 }, (_, n) =>
        group(n + 1, n === 0 ? {} : { cause: { kind: 'event', ref: `group-${n}` } }),
      ),
    );
    const row = [...flowchart(chain).matchAll(/ {2}s0x\d ~~(~+) s0x\d/g)].map(([, length = '']) => length.length);
    expect(row).toEqual([10, 10, 6]);
  });

  it('draws no more nodes than are laid out in a moment, those that are not seen among them, and few lanes', () => {
    const nodes = fc.integer({ min: 1, max: PICTURE_NODES });
    fc.assert(
      fc.property(nodes, nodes, fc.integer({ min: 1, max: 4 }), (length, services, fan) => {
        const groups = Array.from({ length }, (_, n) =>
          group(n + 1, {
            service: `service-${n % services}`,
            ...(n === 0 ? {} : { cause: { kind: 'event', ref: `group-${Math.ceil(n / fan)}` } }),
          }),
        );
        const text = flowchart(pictureOf(groups));
        const drawn = text.match(/^ {2,4}(?:n\d+\[|s(?:\d+x\d+)?\(\()/gm) ?? [];
        expect(drawn.length).toBeLessThanOrEqual(150);
        const seen = drawn.filter((each) => each.trim().startsWith('n'));
        expect(seen).toHaveLength(length);
        const lanes = text.match(/^ {2}subgraph /gm) ?? [];
        expect(lanes).toHaveLength(Math.min(20, services, length));
      }),
      { numRuns: 40 },
    );
    const many = Array.from({ length: 60 }, (_, n) => group(n + 1, { service: `service-${n}` }));
    expect(flowchart(pictureOf(many))).toContain('subgraph l19["other services #40;41#41;"]');
  });

  it('has services as participants, and an arrow from the service of the cause', () => {
    expect(sequence(picture).split('\n')).toEqual([
      'sequenceDiagram',
      '  participant p0 as orders',
      '  participant p1 as inventory',
      '  participant p2 as shipping',
      '  Note over p0: OrderPlaced',
      '  p0->>p1: #215;128 StockReserved',
      '  p0-xp2: ShipmentFailed',
      '',
    ]);
  });

  it('tells repeats apart, and a step from its commands', () => {
    const repeated = pictureOf([1, 2].map((n) => group(n, { name: 'StockReserved', cause: { kind: 'none' } })));
    expect(sequence(repeated)).toContain('Note over p0: StockReserved#44; #35;2 to 2');
    const step = { sagaId: 's', stepName: 'reserve', service: 'stock' } as const;
    const command = {
      ...step,
      name: 'reserve',
      direction: 'forward',
      outcome: 'done',
      errorCode: null,
      at: 1,
    } as const;
    const graph = flowGraph({
      groups: [],
      ghosts: [],
      steps: [{ ...step, state: 'succeeded', at: 0 }],
      commands: [{ ...command, attempt: 1, logId: '1' }],
      unfolded: null,
    });
    expect(
      sequence({ ...graph, services: [] })
        .split('\n')
        .slice(2),
    ).toEqual(['  Note over p0: reserve#44; saga step#44; done', '  p0-->>p0: reserve#44; command 1#44; done', '']);
  });

  it('has one line for each node but ghosts, an arrow where an edge leads to it', () => {
    const lines = sequenceLines(picture);
    expect(lines.map(({ node, edge }) => [node.label, edge?.from ?? null])).toEqual([
      ['OrderPlaced', null],
      ['StockReserved', 'group-1'],
      ['ShipmentFailed', 'group-1'],
    ]);
    expect(sequence(picture).match(/^ {2}p\d+-/gm)).toHaveLength(lines.filter(({ edge }) => edge !== null).length);
  });

  it('lets no text of an event out of its label', () => {
    const label = String.raw`(?:[\w .-]|#\d+;)*`;
    const statement = new RegExp(
      [
        '^(flowchart LR|sequenceDiagram)$',
        String.raw`^ {2}subgraph l\d+\["${label}"\]$`,
        String.raw`^ {4}n\d+(\[\[|\[)"${label}<br>${label}"(\]\]|\])$`,
        '^ {2}end$',
        String.raw`^ {2}n\d+ (-->|-\.->) n\d+$`,
        String.raw`^ {2}(classDef ghost stroke-dasharray:3 3|classDef stay fill:none,stroke:none|class [nsx\d,]+ \w+)$`,
        String.raw`^ {2,4}s(\d+x\d+)?\(\(" "\)\)$`,
        String.raw`^ {2}s(\d+x\d+)? ~{3,12} [sn]\d+(x\d+)?$`,
        String.raw`^ {2}participant p\d+ as ${label}$`,
        String.raw`^ {2}Note over p\d+: ${label}$`,
        String.raw`^ {2}p\d+(->>|-->>|-x|--x)p\d+: ${label}$`,
      ].join('|'),
    );
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '\u{1f600}',
        '\ud800',
        '\0\n',
        '$$x$$',
        'end',
        '"]',
        '<img src=x>',
        'a;b',
        '%%{init}%%',
        'click n0 href "x"',
        'p0->>p1: x',
        '',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), (names) => {
        const groups = names.map(([name, service], n) => group(n + 1, { name, service }));
        for (const drawn of [flowchart(pictureOf(groups)), sequence(pictureOf(groups))])
          expect(
            drawn
              .trimEnd()
              .split('\n')
              .filter((line) => !statement.test(line)),
          ).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('draws ghosts dashed, and steps round', () => {
    const drawn = flowGraph({
      groups: [group(2, { cause: { kind: 'ghost', ref: 'gone' } })],
      ghosts: [{ eventId: 'gone', found: null }],
      steps: [{ sagaId: 's', stepName: 'ship', service: 'shipping', state: 'succeeded', at: 5 }],
      commands: [],
      unfolded: null,
    });
    const nodes: FlowNode[] = drawn.nodes;
    const text = flowchart({ ...drawn, services: [] });
    expect(nodes.map(({ kind }) => kind)).toEqual(['ghost', 'event', 'step']);
    expect(text).toContain('class n0 ghost');
    expect(text).toContain('n2(["#8195;#8194;ship<br>saga step#44; done"])');
    expect(text).toContain('n1 -.-> n2');
  });
});
