import { describe, expect, it } from 'vitest';
import { chooseDefinition } from './choose';
import { exampleDefinition, exampleLog } from './example';
import { fold } from './fold';
import { scalarAt } from './identity';
import type { SagaRow } from './row';

describe('identity', () => {
  const identityOf = (more: Record<number, Partial<SagaRow>>, path?: string) => {
    const definition = path === undefined ? null : exampleDefinition([{ name: 'a' }], { businessKey: path });
    return fold(exampleLog('a.started a.done b.started', more), definition, [], []);
  };

  it('is the first of every column that is not null, in log order', () => {
    const saga = identityOf({
      2: { sagaType: 'order', tenantId: 'acme', correlationId: 'c-1', traceId: 't-1', service: 'shop' },
      3: { sagaType: 'other', tenantId: 'evil', correlationId: 'c-2', traceId: 't-2', service: 'bank' },
    });
    expect(saga).toMatchObject({
      sagaType: 'order',
      tenantId: 'acme',
      correlationId: 'c-1',
      traceId: 't-1',
      service: 'shop',
    });
  });

  it('falls back to the first step, and to the saga itself for the correlation', () => {
    const saga = identityOf({});
    expect(saga).toMatchObject({ sagaType: 'a', correlationId: saga.sagaId, tenantId: null, businessKey: null });
    expect(identityOf({}, '$.id').sagaType).toBe('order');
  });

  it('takes the business key of the first row where it is a scalar', () => {
    const more = {
      1: { context: '{"order":{}}' },
      2: { context: '{"order":{"id":"A-1"}}' },
      3: { context: '{"order":{"id":"B"}}' },
    };
    expect(identityOf(more, '$.order.id').businessKey).toBe('A-1');
    expect(identityOf(more, '$.order').businessKey).toBeNull();
  });

  it.each([
    ['{"businessKey":1,"orderId":"x"}', 'x'],
    ['{"business_key":true}', 'true'],
    ['{"order_id":null,"orderId":7}', '7'],
    ['{"nested":{"order_id":1}}', null],
  ])('looks at the usual names without a definition: %s', (context, key) => {
    expect(identityOf({ 1: { context } }).businessKey).toBe(key);
  });
});

describe('a scalar in a context', () => {
  it.each([
    ['{"n":9007199254740993}', '$.n', '9007199254740993'],
    ['{"n":1.10}', '$.n', '1.10'],
    ['{"a":[{"b":"x"}]}', '$.a[0].b', 'x'],
    ['[["x"]]', '$[0][0]', 'x'],
    ['{"a":"x"}', '$.a.length', null],
    ['{"a":[1]}', '$.a.length', null],
    ['{"a":1}', '$.a.value', null],
    ['{"0":1}', '$[0]', null],
    ['{}', '$.__proto__', null],
    ['{}', '$.constructor', null],
    ['{"\\u0061":1}', '$.a', '1'],
    ['not json "a"', '$.a', null],
    ['null', '$.a', null],
    [`${'[{"a":'.repeat(50_000)}1`, '$.a', null],
  ])('%.40s at %s', (json, path, text) => expect(scalarAt(json, path)).toBe(text));
});

describe('the definition of a saga', () => {
  const v = (type: string, version: number, inForceFrom: number, first = 'a') =>
    exampleDefinition([{ name: first }, { name: 'z' }], {}, { type, version, inForceFrom });
  const versions = [v('order', 3, 5000), v('order', 1, 1000), v('order', 2, 2000), v('refund', 1, 0, 'r')];
  const chosen = (more: Partial<SagaRow>, log = 'a.started a.done', stored = versions) => {
    const found = chooseDefinition(exampleLog(log, { 1: more }), stored);
    return found && `${found.type} ${found.version}`;
  };

  it.each([
    ['its type and the time of its first row', { sagaType: 'order', seenAt: 2500 }, 'order 2'],
    ['version 1 for all history before it', { sagaType: 'order', seenAt: 10 }, 'order 1'],
    ['the version that a row names', { sagaType: 'order', seenAt: 9000, sagaVersion: 2 }, 'order 2'],
    ['the nearest lower one where that is not stored', { sagaType: 'order', seenAt: 10, sagaVersion: 7 }, 'order 3'],
    ['nothing for a type without a definition', { sagaType: 'unheard', seenAt: 2500 }, null],
    ['the one definition that begins with its first step', { seenAt: 2500 }, 'order 2'],
    ['its type before its first step', { sagaType: 'refund' }, 'refund 1'],
  ])('is chosen by %s', (_, more, then) => expect(chosen(more)).toBe(then));

  it('is none where two types begin with its first step, or none does', () => {
    expect(chosen({}, 'a.started', [...versions, v('other', 1, 0)])).toBeNull();
    expect(chosen({}, 'z.started')).toBeNull();
    expect(chooseDefinition([], versions)).toBeNull();
  });

  it('stays for life: later rows change neither type nor version', () => {
    const rows = exampleLog('a.started a.done a.done', {
      2: { sagaType: 'order' },
      3: { sagaType: 'refund', sagaVersion: 1 },
    });
    expect(chooseDefinition(rows.slice(0, 2), versions)?.version).toBe(1);
    expect(chooseDefinition(rows, versions)?.type).toBe('order');
    expect(chooseDefinition(rows.toReversed(), versions)?.type).toBe('order');
  });
});
