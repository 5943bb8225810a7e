import { isLosslessNumber, parse, stringify } from 'lossless-json';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldsOf } from './fields';
import { applyEvent, combined, emptyFold, MOST_STATE_SIZE, type StreamEvent, type StreamFold } from './fold';
import { jsonText } from './json';
import { type Change, leaves } from './leaves';
import type { NamedReducer } from './reducer';
import { readSnapshot, writeSnapshot } from './snapshot';

const event = (version: bigint, payload: string | null, more: Partial<StreamEvent> = {}): StreamEvent => ({
  version,
  position: version,
  eventType: 'OrderChangedV1',
  name: 'OrderChanged',
  eventVersion: 1,
  service: 'orders',
  tenantId: 'acme',
  occurredAt: Date.UTC(2026, 10, 21) + Number(version % 1_000n),
  payload,
  ...more,
});
const foldAll = (
  events: readonly StreamEvent[],
  reducer: NamedReducer | null = null,
): { fold: StreamFold; changes: Change[] } => {
  const fold = emptyFold();
  let changes: Change[] = [];
  for (const one of events) changes = applyEvent(fold, one, reducer);
  return { fold, changes };
};
const stateText = ({ state }: StreamFold): string | null => (state === undefined ? null : jsonText(state));
const blameOf = ({ blame }: StreamFold) => Object.fromEntries([...blame].map(([path, v]) => [path, Number(v)]));

describe('the state of a stream', () => {
  test('merges payloads by RFC 7396: objects deeply, null takes away, arrays replace', () => {
    const { fold, changes } = foldAll([
      event(1n, '{"id":"8841","payment":{"status":"AUTHORIZED","held":184.90},"lines":[1,2]}'),
      event(2n, '{"payment":{"status":"VOIDED","held":0.00},"lines":[3],"id":"8841"}'),
      event(3n, '{"payment":{"held":null},"note":null}'),
    ]);
    expect(stateText(fold)).toBe('{"id":"8841","payment":{"status":"VOIDED"},"lines":[3]}');
    expect(blameOf(fold)).toEqual({ id: 1, 'payment.status': 2, 'lines[0]': 2 });
    expect(fieldsOf(fold, changes, 100).fields.filter(({ changed }) => changed)).toEqual([
      { path: 'payment.held', value: null, before: '0.00', setBy: 3n, changed: true },
    ]);
  });

  // The examples of RFC 7396, appendix A.
  test.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('RFC 7396: %s and %s give %s', (target, patch, result) => {
    expect(stateText(foldAll([event(1n, target), event(2n, patch)]).fold)).toBe(result);
  });

  test('keeps numbers as they were written, and keys that other programs trip over', () => {
    const text = '{"n":9007199254740993,"p":1.10,"__proto__":{"x":1},"constructor":2,"a.b":{"c d":3}}';
    const { fold } = foldAll([event(1n, text), event(2n, '{"more":true}')]);
    expect(stateText(fold)).toBe(text.replace(/}$/, ',"more":true}'));
    expect([...fold.blame.keys()]).toEqual(['n', 'p', '__proto__.x', 'constructor', '["a.b"]["c d"]', 'more']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test('an event that says again what is known sets nothing; 1.1 is not the text 1.10', () => {
    const { fold, changes } = foldAll([event(1n, '{"a":1.1,"b":1}'), event(2n, '{"a":1.10,"b":1}')]);
    expect(changes.map(({ path }) => path)).toEqual(['a']);
    expect(blameOf(fold)).toEqual({ a: 2, b: 1 });
  });

  test('what cannot be taken in is left out and named', () => {
    const { fold } = foldAll([
      event(1n, '{"a":1}'),
      event(2n, null),
      event(3n, '{"a":'),
      event(4n, `${'['.repeat(5_000)}${']'.repeat(5_000)}`),
      event(5n, '{"b":2}'),
    ]);
    expect(stateText(fold)).toBe('{"a":1,"b":2}');
    expect(fold.course.anomalies.map(({ kind, version }) => [kind, Number(version)])).toEqual([
      ['oversized', 2],
      ['unreadable', 3],
      ['unreadable', 4],
    ]);
    expect(fold.course.events).toBe(5);
  });

  test('a state has an end: said once, however many events follow', () => {
    const fold = emptyFold();
    applyEvent(fold, event(1n, '{"a":1}'), null);
    // As after very many fields: to write them here would take seconds.
    fold.size += MOST_STATE_SIZE;
    for (const version of [2n, 3n, 4n]) applyEvent(fold, event(version, '{"a":2}'), null);
    expect(stateText(fold)).toBe('{"a":1}');
    expect(fold.course.anomalies).toMatchObject([{ kind: 'state_full', version: 2n }]);
    expect(readSnapshot(writeSnapshot(fold)).full).toBe(true);
  });

  test('fields beyond the limit are counted, and what changed is kept', () => {
    const wide = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, n]));
    const { fold, changes } = foldAll([event(1n, JSON.stringify(wide)), event(2n, '{"k49":"new"}')]);
    const { fields, total } = fieldsOf(fold, changes, 10);
    expect(total).toBe(50);
    expect(fields).toHaveLength(10);
    expect(fields.at(-1)).toMatchObject({ path: 'k49', before: '49', changed: true });
  });
});

test('beyond the limit what is in no array is kept before the items of arrays', () => {
  const lines = Array.from({ length: 300 }, (_, n) => ({ sku: n }));
  const { fold, changes } = foldAll([
    event(1n, JSON.stringify({ lines, '["a"': 1, status: 'NEW', total: 2 })),
    event(2n, '{"total":3}'),
  ]);
  const { fields, total } = fieldsOf(fold, changes, 10);
  expect(total).toBe(303);
  expect(fields.map(({ path }) => path)).toEqual([
    ...Array.from({ length: 7 }, (_, n) => `lines[${n}].sku`),
    '["[\\"a\\""]',
    'status',
    'total',
  ]);
});

describe('a reducer', () => {
  const sum: NamedReducer = {
    id: 'sum',
    reduce: (state, { payload, name }, merge) => {
      const amount = Reflect.get(Object(payload), 'amount') as number;
      const balance = (state.balance ?? 0) as number;
      return { ...merge(state, payload), amount: undefined, balance: Number(balance) + Number(amount), last: name };
    },
  };

  test('makes the state; blame and diff come from what it answers', () => {
    const { fold, changes } = foldAll(
      [event(1n, '{"owner":"A","amount":10}'), event(2n, '{"amount":5}'), event(3n, '{"amount":0}')],
      sum,
    );
    expect(stateText(fold)).toBe('{"owner":"A","balance":15,"last":"OrderChanged"}');
    expect(blameOf(fold)).toEqual({ owner: 1, balance: 2, last: 1 });
    expect(changes).toEqual([]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no such status');
      },
      'no such status',
    ],
    ['answers nothing', () => undefined, /it answered no object/],
    ['answers a list', () => [], 'it answered no object'],
    ['answers what is no JSON', () => ({ at: new Date(0) }), 'a Date is no JSON'],
    [
      'changes the state that it is given',
      (state: object) => Object.assign(state, { a: 1 }),
      /not extensible|read only/,
    ],
  ])('that %s is named with the version', (_, reduce, message) => {
    const events = [event(1n, '{"a":0}'), event(2n, '{}')];
    const first: NamedReducer = {
      id: 'x',
      reduce: (state, { version, payload }, merge) => (version === 1n ? merge(state, payload) : reduce(state)),
    };
    expect(() => foldAll(events, first)).toThrow(
      expect.objectContaining({ version: 2n, message: expect.stringMatching(message) }),
    );
  });
});

const isPlain = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && !isLosslessNumber(v);

/** The definitions of the contract, by brute force: every version's state whole, every leaf compared as text. */
function bruteForce(payloads: readonly string[]) {
  const patch = (target: unknown, by: unknown): unknown => {
    if (!isPlain(by)) return by;
    const result: Record<string, unknown> = isPlain(target) ? { ...target } : {};
    for (const [key, part] of Object.entries(by)) {
      if (part === null) delete result[key];
      else result[key] = patch(result[key], part);
    }
    return result;
  };
  const flat = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
    const parts: [string, unknown][] = Array.isArray(value)
      ? value.map((part, n) => [`${path}[${n}]`, part])
      : isPlain(value)
        ? Object.entries(value).map(([k, part]) => [
            /^[a-z]+$/.test(k) ? (path === '' ? k : `${path}.${k}`) : `${path}[${JSON.stringify(k)}]`,
            part,
          ])
        : [];
    if (parts.length === 0) into.set(path, stringify(value) ?? '');
    for (const [at, part] of parts) flat(part, at, into);
    return into;
  };
  let state: unknown;
  let before = new Map<string, string>();
  const blame = new Map<string, number>();
  const versions = payloads.map((text, n) => {
    state = patch(state, parse(text));
    const now = flat(state, '', new Map());
    for (const path of before.keys()) if (!now.has(path)) blame.delete(path);
    for (const [path, value] of now) if (before.get(path) !== value) blame.set(path, n + 1);
    const paths = new Set([...before.keys(), ...now.keys()]);
    const diff = [...paths]
      .filter((path) => before.get(path) !== now.get(path))
      .toSorted()
      .map((path) => [path, before.get(path) ?? null, now.get(path) ?? null]);
    before = now;
    return { state: stringify(state), leaves: [...now].toSorted(), blame: Object.fromEntries(blame), diff };
  });
  return versions;
}

const scalar = fc.oneof(
  fc.constant('null'),
  fc.constantFrom('1', '1.10', '1.1', '9007199254740993', '-0', '1e400', 'true', '"x"', '"y"'),
);
const key = fc.constantFrom('a', 'b', 'c', 'd e');
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }).map((parts) => `[${parts.join(',')}]`),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 4 }).map(
    (o) =>
      `{${Object.entries(o)
        .map(([k, v]) => `${JSON.stringify(k)}:${v}`)
        .join(',')}}`,
  ),
}));
const textOf = (v: Change['after']): string | null => (v === undefined ? null : jsonText(v));

test('state, blame and diff of every version equal a brute-force fold, with snapshots at random places', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.boolean()), { maxLength: 25 }), (steps) => {
      const expected = bruteForce(steps.map(([payload]) => payload));
      let fold = emptyFold();
      for (const [n, [payload, kept]] of steps.entries()) {
        const changes = applyEvent(fold, event(BigInt(n + 1), payload), null);
        expect({
          state: stateText(fold),
          leaves: [...leaves(fold.state)].map(([path, leaf]) => [path, jsonText(leaf)]).toSorted(),
          blame: blameOf(fold),
          diff: changes.map((c) => [c.path, textOf(c.before), textOf(c.after)]).toSorted(),
        }).toEqual(expected[n]);
        if (kept) fold = readSnapshot(writeSnapshot(fold));
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a fold that goes on from a snapshot is the fold from the start, course and size included', () => {
  const made = fc.array(
    fc.record({
      payload: value,
      step: fc.integer({ min: 0, max: 3 }),
      position: fc.integer({ min: 1, max: 30 }),
      name: fc.constantFrom('A', 'B'),
      eventVersion: fc.integer({ min: 1, max: 2 }),
      tenantId: fc.constantFrom('acme', 'acme', null),
    }),
    { minLength: 1, maxLength: 25 },
  );
  fc.assert(
    fc.property(made, fc.nat(), (steps, place) => {
      let version = 0n;
      const events = steps.map(({ payload, step, position, ...more }) =>
        event((version += BigInt(step)), payload, { ...more, position: BigInt(position) }),
      );
      const { fold: whole } = foldAll(events);
      const at = place % events.length;
      const resumed = readSnapshot(writeSnapshot(foldAll(events.slice(0, at)).fold));
      for (const one of events.slice(at)) applyEvent(resumed, one, null);
      expect(writeSnapshot(resumed)).toEqual(writeSnapshot(whole));
    }),
  );
}, 60_000);

test('changes one after the other are one: what was before the first and is after the last', () => {
  const fold = emptyFold();
  applyEvent(fold, event(1n, '{"a":1,"b":1,"c":1}'), null);
  const two = [
    ...applyEvent(fold, event(2n, '{"a":2,"b":2,"c":null}'), null),
    ...applyEvent(fold, event(2n, '{"a":3,"b":1}'), null),
  ];
  expect(combined(two).map((c) => [c.path, textOf(c.before), textOf(c.after)])).toEqual([
    ['a', '1', '3'],
    ['c', '1', null],
  ]);
});
