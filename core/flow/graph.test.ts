import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitting, groupsWanted } from './budget';
import { flowGraph, type FlowEventHead, type FlowGroup, type FlowGraphInput, ghostId } from './graph';
import { type FlowCause, PICTURE_NODES } from './group';
import { causesOf, found, nextTo, nodeAt } from './walk';

const head = (n: number, causation: string | null = null): FlowEventHead => ({
  position: String(n),
  eventId: `event-${n}`,
  aggregateType: 'Order',
  aggregateId: 'o-1',
  version: String(n),
  eventVersion: 1,
  sagaId: null,
  causation,
  at: 1_000 * n,
});

const group = (n: number, cause: FlowCause, more: Partial<FlowGroup> = {}): FlowGroup => ({
  groupId: `group-${n}`,
  cause,
  name: `Event${n}`,
  service: 'orders',
  events: 1,
  firstPosition: String(n),
  lastPosition: String(n),
  firstAt: 1_000 * n,
  lastAt: 1_000 * n,
  causeName: null,
  causePosition: null,
  after: null,
  says: '',
  first: head(n),
  ...more,
});
const by = (n: number): FlowCause => ({ kind: 'event', ref: `group-${n}` });
const graphOf = (groups: FlowGroup[], more: Partial<FlowGraphInput> = {}) =>
  flowGraph({ groups, ghosts: [], steps: [], commands: [], unfolded: null, ...more });

describe('a flow as a picture', () => {
  it('says what an edge rests on: its cause, or only what came before', () => {
    const { edges } = graphOf([
      group(1, { kind: 'none' }),
      group(2, by(1)),
      group(3, { kind: 'none' }, { after: 'group-2' }),
    ]);
    expect(edges).toEqual([
      { from: 'group-1', to: 'group-2', basis: 'causation' },
      { from: 'group-2', to: 'group-3', basis: 'correlation' },
    ]);
  });

  it('hangs an event whose cause is missing on a ghost, once for all its effects', () => {
    const cause: FlowCause = { kind: 'ghost', ref: 'gone' };
    const { nodes, edges } = graphOf([group(1, cause), group(2, cause)], {
      ghosts: [{ eventId: 'gone', found: null }],
    });
    expect(nodes.filter(({ kind }) => kind === 'ghost')).toMatchObject([
      { id: ghostId('gone'), label: 'Missing event', service: 'orders', found: null },
    ]);
    expect(edges.map(({ from }) => from)).toEqual([ghostId('gone'), ghostId('gone')]);
  });

  it('says of an event that names itself, or one of its effects, and draws no circle', () => {
    const { nodes, edges } = graphOf([
      group(1, { kind: 'self' }),
      group(2, { kind: 'cycle' }, { after: 'group-1' }),
      group(3, by(2)),
    ]);
    expect(nodes.map(({ fault, detail }) => [fault, detail])).toEqual([
      ['self', 'names itself as its cause'],
      ['cycle', 'its cause is its own effect'],
      [null, 'Order v3'],
    ]);
    expect(edges.map(({ basis }) => basis)).toEqual(['causation', 'correlation']);
  });

  it('does not hang a cause on its own effect that was written before it', () => {
    const { edges } = graphOf([group(1, by(2)), group(2, { kind: 'none' }, { after: 'group-1' })]);
    expect(edges).toEqual([{ from: 'group-2', to: 'group-1', basis: 'causation' }]);
  });

  it('says where a cause stands that is on another page', () => {
    const { nodes, edges } = graphOf([group(9, by(1), { causeName: 'OrderPlaced', causePosition: '1' })]);
    expect(edges).toEqual([]);
    expect(nodes[0]?.elsewhere).toEqual({ label: 'OrderPlaced', position: '1' });
  });

  it('unfolds a group: its events one by one, effects on the very event, the rest still folded', () => {
    const reserved = group(2, by(1), { events: 3, lastPosition: '4' });
    const released = group(5, by(2), { first: head(5, 'event-3') });
    const { nodes, edges } = graphOf([group(1, { kind: 'none' }), reserved, released], {
      unfolded: {
        groupId: 'group-2',
        members: [2, 3].map((n) => ({ ...head(n, 'event-1'), says: '' })),
        before: null,
        behind: head(4, 'event-1'),
      },
    });
    expect(nodes.map(({ id, count }) => [id, count])).toEqual([
      ['group-1', 1],
      ['e2', 1],
      ['e3', 1],
      ['group-2', 1],
      ['group-5', 1],
    ]);
    expect(edges).toContainEqual({ from: 'e3', to: 'group-5', basis: 'causation' });
    expect(nodes.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  });

  it.each([
    ['the first page', [2, 3], null, 4, '#4 to 9', '4', '9', 'event-4'],
    ['the last page', [8, 9], 7, null, '#2 to 7', '2', '7', 'event-2'],
    ['one in the middle', [4, 5], 3, 6, 'before and after these', '2', '9', 'event-2'],
    ['all but one', [2, 3, 4, 5, 6, 7, 8], null, 9, '#9', '9', '9', 'event-9'],
  ])('the rest of an unfolded group, %s shown, stands for no event that is', (_, shown, before, behind, ...is) => {
    const { nodes } = graphOf([group(2, { kind: 'none' }, { events: 8, lastPosition: '9' })], {
      unfolded: {
        groupId: 'group-2',
        members: shown.map((n) => ({ ...head(n), says: '' })),
        before: before === null ? null : head(before),
        behind: behind === null ? null : head(behind),
      },
    });
    const rest = nodes.find(({ id }) => id === 'group-2');
    expect([rest?.detail, rest?.position, rest?.lastPosition, rest?.eventId]).toEqual(is);
    expect(rest?.count).toBe(8 - shown.length);
    expect(rest?.at).toBe(new Date(1_000 * Number(is[1])).toISOString());
  });

  it.each([
    ['nothing', '', ['', ''], ['SKU-5001@HAM-2 v1', 'SKU-5002@HAM-2 v2']],
    ['the same', 'BUSY', ['BUSY', 'BUSY'], ['SKU-5001@HAM-2 v1', 'SKU-5002@HAM-2 v2']],
    ['each its own', null, ['€1.00', '€2.00'], ['€1.00', '€2.00']],
  ])('repeats that say %s have second lines that set them apart, unfolded or never folded', (_, all, says, details) => {
    const event = (n: number) => ({ ...head(n), aggregateId: `SKU-500${n}@HAM-2` });
    const unfolded = graphOf([group(1, { kind: 'none' }, { events: 2, says: all })], {
      unfolded: {
        groupId: 'group-1',
        members: says.map((own, n) => ({ ...event(n + 1), says: own })),
        before: null,
        behind: null,
      },
    });
    const alone = graphOf(
      says.map((own, n) => group(n + 1, { kind: 'none' }, { name: 'Reserved', says: own, first: event(n + 1) })),
    );
    for (const { nodes } of [unfolded, alone]) expect(nodes.map(({ detail }) => detail)).toEqual(details);
  });

  it('cuts a long id of a repeat in its middle, and never its version', () => {
    const long = { ...head(12), aggregateId: `stock-${'0'.repeat(40)}-HAM-2` };
    const [node] = graphOf([group(12, { kind: 'none' }, { events: 2 })], {
      unfolded: { groupId: 'group-12', members: [{ ...long, says: '' }], before: null, behind: head(13) },
    }).nodes;
    expect(node?.detail).toBe('stock-00000…0000-HAM-2 v12');
  });

  it.each([
    ['OrderPlaced', 1, '', 'Order v2'],
    ['PaymentAuthorized', 1, '€6,412.00', '€6,412.00'],
    ['StockReserved', 3, '', '#2 to 4'],
    ['StockReserved', 3, null, '#2 to 4'],
    ['ReleaseFailed', 3, 'WMS_UNAVAILABLE', 'WMS_UNAVAILABLE'],
    ['FeeCharged', 3, '€5.00', '€5.00 each'],
  ])('%s ×%i that says %j has the second line %j', (name, events, says, detail) => {
    const { nodes } = graphOf([group(2, { kind: 'none' }, { name, events, says, lastPosition: String(1 + events) })]);
    expect(nodes[0]?.detail).toBe(detail);
  });

  it('hangs commands on their step, in their order, and on nothing where that is not shown', () => {
    const step = { sagaId: 's', stepName: 'ship', service: 'shipping', state: 'failed', at: 2_000 } as const;
    const command = { sagaId: 's', stepName: 'ship', name: 'ship', service: 'shipping', direction: 'forward' } as const;
    const commands = [
      { ...command, attempt: 1, outcome: 'failed', errorCode: 'BUSY', logId: '1', at: 2_000 } as const,
      { ...command, attempt: 2, outcome: 'running', errorCode: null, logId: '3', at: 3_000 } as const,
      {
        ...command,
        stepName: 'left out',
        attempt: 1,
        outcome: 'done',
        errorCode: null,
        logId: '9',
        at: 4_000,
      } as const,
    ];
    const { nodes, edges } = graphOf([], { steps: [step], commands });
    expect(nodes.map(({ id, detail, tone, count }) => [id, detail, tone, count])).toEqual([
      ['ss:ship', 'saga step, failed', 'failed', 0],
      ['cs:1', 'command 1, BUSY', 'failed', 0],
      ['cs:3', 'command 2, no outcome yet', 'running', 0],
      ['cs:9', 'command 1, done', 'plain', 0],
    ]);
    expect(edges).toEqual([
      { from: 'ss:ship', to: 'cs:1', basis: 'correlation' },
      { from: 'cs:1', to: 'cs:3', basis: 'correlation' },
    ]);
  });

  it('puts the steps of a saga among the events, each behind the one before', () => {
    const step = { sagaId: 's', service: 'orders', state: 'failed' } as const;
    const { nodes, edges } = graphOf([group(1, { kind: 'none' }), group(5, by(1))], {
      steps: [
        { ...step, stepName: 'reserve', at: 2_000 },
        { ...step, stepName: 'ship', at: 9_000 },
      ],
    });
    expect(nodes.filter(({ kind }) => kind === 'step')).toMatchObject([
      { tone: 'failed' },
      { detail: 'saga step, failed' },
    ]);
    expect(edges).toContainEqual({ from: 'group-1', to: 's' + 's:reserve', basis: 'correlation' });
    expect(edges).toContainEqual({ from: 'ss:reserve', to: 'ss:ship', basis: 'correlation' });
  });
});

/** Any picture: causes before or after their effects, missing ones, correlations to any group. */
const picture = fc.integer({ min: 1, max: 130 }).chain((size) =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom('none', 'event', 'ghost', 'self', 'cycle'),
        // A cause in the read model never closes a circle: it stands at a lower number here, whatever the positions.
        ref: fc.double({ min: 0, max: 0.999, noNaN: true }),
        after: fc.option(fc.nat(size - 1)),
        position: fc.nat(500),
      }),
      { minLength: size, maxLength: size },
    )
    .map((all) =>
      all.map(({ kind, ref, after, position }, n) => {
        const below = Math.floor(ref * n);
        const cause: FlowCause =
          kind === 'event' && n > 0
            ? by(below)
            : kind === 'ghost'
              ? { kind, ref: `gone-${Math.floor(ref * 40)}` }
              : { kind: kind === 'event' ? 'none' : kind };
        return group(n, cause, { after: after === null ? null : `group-${after}`, firstAt: position });
      }),
    ),
);

describe('for any flow', () => {
  it('every edge joins two nodes that are there, and no arrows close a circle', () => {
    fc.assert(
      fc.property(picture, (groups) => {
        const ghosts = groups.flatMap(({ cause }) => (cause.kind === 'ghost' ? [cause.ref] : []));
        const { nodes, edges } = graphOf(groups, {
          ghosts: [...new Set(ghosts)].map((eventId) => ({ eventId, found: null })),
        });
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        for (const { from, to } of edges) expect(ids.has(from) && ids.has(to)).toBe(true);
        const causation = edges.filter(({ basis }) => basis === 'causation');
        for (const { from, to } of edges) {
          const above = causesOf({ nodes, edges: causation }, from).nodes;
          expect(above.has(to)).toBe(false);
        }
      }),
    );
  });

  it('what fits keeps the budget, from either end, without a gap', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 2, max: PICTURE_NODES }), fc.boolean(), (groups, room, backwards) => {
        const kept = fitting(groups, room, backwards);
        const ghosts = new Set(kept.flatMap(({ cause }) => (cause.kind === 'ghost' ? [cause.ref] : [])));
        expect(kept.length + ghosts.size).toBeLessThanOrEqual(room);
        expect(kept).toEqual(backwards ? groups.slice(-kept.length) : groups.slice(0, kept.length));
        expect(kept.length).toBeGreaterThan(0);
      }),
    );
    for (const total of [0, 1, 66, 96, 97, 121, 100_000]) {
      expect(groupsWanted(total, { unfolded: false, commands: false })).toBeLessThanOrEqual(96);
      expect(groupsWanted(total, { unfolded: true, commands: false })).toBeLessThanOrEqual(66);
    }
  });
});

describe('walking a flow', () => {
  const drawn = graphOf([
    group(1, { kind: 'none' }),
    group(2, by(1), { events: 4, lastPosition: '9' }),
    group(3, { kind: 'none' }, { after: 'group-1', name: 'PaymentDeclined', service: 'payment' }),
    group(5, by(2)),
  ]);
  it('answers causes to the root, neighbours with causation first, and the node of a position', () => {
    expect([...causesOf(drawn, 'group-5').nodes]).toEqual(['group-5', 'group-2', 'group-1']);
    expect(nextTo(drawn, 'group-1', false).map(({ id }) => id)).toEqual(['group-2', 'group-3']);
    expect(nextTo(drawn, 'group-5', true).map(({ id }) => id)).toEqual(['group-2']);
    expect(nodeAt(drawn, '7')?.id).toBe('group-2');
    expect(nodeAt(drawn, '5')?.id).toBe('group-5');
    expect(nodeAt(drawn, '99')).toBeNull();
  });
  it('finds nodes by all the words given', () => {
    expect(found(drawn, 'payment declined').map(({ id }) => id)).toEqual(['group-3']);
    expect(found(drawn, 'ORDERS')).toHaveLength(3);
    expect(found(drawn, '  ')).toEqual([]);
  });
});
