import fc from 'fast-check';
import { parse, stringify } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { cloudEventId, eventFields } from './cloud-event';
import { itemsOf, parseItem } from './items';
import { CloudEvent, EventEntry } from '@/core/contract/ingest';

const events = (text: string) => itemsOf(text, { jsonFields: ['payload', 'metadata'] });

describe('the items of a body', () => {
  it('keeps every digit of a payload, as text or as a value', () => {
    expect(events('{"payload": {"n": 9007199254740993, "price": 1.10}}')).toEqual([
      { payload: '{"n":9007199254740993,"price":1.10}' },
    ]);
    expect(events('[{"payload": "{\\"n\\": 9007199254740993}"}]')).toEqual([{ payload: '{"n": 9007199254740993}' }]);
    expect(events('{"payload": null, "metadata": null}')).toEqual([{ payload: 'null', metadata: null }]);
    expect(events('{"version": 9007199254740993, "n": 3}')).toEqual([{ version: '9007199254740993', n: 3 }]);
  });

  it.each([
    ['[{"a": 1}, {"a": ]', /^Item \[1\]: is not JSON/],
    ['[{"a": "x,]"}, {"b": [1, 2]}, {"a" 1}]', /^Item \[2\]: is not JSON/],
    ['{"a": ', /^The body is not JSON/],
    ['[{}, 3]', /^Item \[1\]: is not a JSON object/],
    ['[{}, {"payload": {"a": ["x", "b\\u0000"]}}]', /^Item \[1\]\.payload\.a\.1: the character NUL/],
    ['[{"x": "\\ud800"}]', /^Item \[0\]\.x: half a surrogate/],
    ['[{"payload": "{nope"}]', /^Item \[0\]\.payload: a string here is JSON text/],
    ['[{"payload": "\\"\\\\u0000\\""}]', /^Item \[0\]\.payload: the character NUL/],
    ['[{"payload": 1e999999}]', /^Item \[0\]\.payload: the number/],
    [`[${'['.repeat(5_000)}${']'.repeat(5_000)}]`, /^Item \[0\]: is not a JSON object/],
    [`[{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}]`, /nested deeper/],
    ['['.repeat(1_000_000), /nested too deeply|is not JSON/],
  ])('refuses %.40s naming the item', (text, message) => {
    expect(() => events(text)).toThrow(message);
  });

  it('refuses more items than one request may have', () => {
    expect(() => events(`[${'{},'.repeat(5_000)}{}]`)).toThrow('At most 5000 items');
  });

  it('hands any JSON value on as it was', () => {
    const storable = fc.jsonValue().filter((value) => !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(storable, (value) => {
        const [item] = events(JSON.stringify([{ payload: [value] }]));
        expect(item?.payload).toBe(stringify(parse(JSON.stringify([value]))));
      }),
    );
  });
});

describe('a CloudEvent', () => {
  it('has its own id where that is a UUID, else one made of source and id', () => {
    const uuid = '7F3C9A1E-0B52-4F0E-9D61-5B2F6A41D8C7';
    expect(cloudEventId('/orders', uuid)).toBe(uuid.toLowerCase());
    expect(cloudEventId('/orders', '1')).toBe(cloudEventId('/orders', '1'));
    expect(cloudEventId('/orders', '1')).not.toBe(cloudEventId('/payments', '1'));
    expect(cloudEventId('/orders', '1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });

  it('becomes an event of the stream that source and subject name, or that extensions name', () => {
    const [item] = itemsOf(
      `{"specversion": "1.0", "id": "1", "source": "/orders", "type": "OrderPlaced", "subject": "o-1", "tenantid": "acme",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "version": "7", "data": {"n": 1.10}}`,
      { jsonFields: ['data'], jsonStrings: true },
    );
    const event = parseItem(EventEntry, eventFields(parseItem(CloudEvent, item, 0)), 0);
    expect(event).toMatchObject({ aggregateType: '/orders', aggregateId: 'o-1', version: '7', payload: '{"n":1.10}' });
    expect(JSON.parse(event.metadata ?? '')).toEqual({
      source: '/orders',
      cloudevent_id: '1',
      subject: 'o-1',
      tenant_id: 'acme',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    });
  });
});
