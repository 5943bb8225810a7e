import { type Identifier, LONGEST_VALUE } from './identifiers';

/** What is kept in search_key; events are found by their id elsewhere. */
export const KEPT_KINDS = ['saga', 'stream', 'flow', 'trace', 'value'] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];

/** One value and what it belongs to; see the table's migration for what target is of each kind. */
export interface SearchKey {
  kind: KeptKind;
  /** As {@link searchValue} makes it. */
  value: string;
  targetType: string;
  target: string;
  /** What the value is of its target, in words. */
  field: string;
}

/** Field of the number that a business key or an aggregate id ends with: 8841 finds order-8841. */
export const NUMBER = 'number';
export const BUSINESS_KEY = 'business key';
export const AGGREGATE_ID = 'aggregate id';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Text as it is kept and looked for: without outer space, in small letters, 200 characters at most. */
export function searchValue(text: string): string {
  const short = text.trim().slice(0, LONGEST_VALUE);
  return ASCII.test(short) ? short.toLowerCase() : short.normalize('NFC').toLowerCase().slice(0, LONGEST_VALUE);
}

const ASCII = /^[\0-\x7f]*$/;

type Target = Pick<SearchKey, 'kind' | 'targetType' | 'target'>;

/** A name, and the number that it ends with. */
function named(target: Target, field: string, text: string): SearchKey[] {
  const value = searchValue(text);
  if (value === '') return [];
  const number = UUID.test(value) ? undefined : /\D(\d+)$/.exec(value)?.[1];
  return [{ ...target, field, value }, ...(number === undefined ? [] : [{ ...target, field: NUMBER, value: number }])];
}

const one = (target: Target, field: string, text: string | null): SearchKey[] => {
  const value = text === null ? '' : searchValue(text);
  return value === '' ? [] : [{ ...target, field, value }];
};

/** A saga is found by its ids, its business key and the identifiers in its contexts; an earlier way wins. */
export function sagaKeys(
  saga: { sagaId: string; businessKey: string | null; correlationId: string; traceId: string | null },
  identifiers: readonly Identifier[],
): SearchKey[] {
  const target: Target = { kind: 'saga', targetType: '', target: saga.sagaId };
  return [
    ...one(target, 'saga id', saga.sagaId),
    ...(saga.businessKey === null ? [] : named(target, BUSINESS_KEY, saga.businessKey)),
    ...one(target, 'correlation id', saga.correlationId),
    ...one(target, 'trace id', saga.traceId),
    ...identifiers.flatMap(({ field, value }) => one(target, field, value)),
  ];
}

/** The part of an event that says where it stands. */
interface EventPlace {
  aggregateType: string;
  aggregateId: string;
  correlationId: string | null;
  traceId: string | null;
}

/** What an event makes findable: its stream, its flow, its trace, and the values of its payload. */
export const eventKeys = (event: EventPlace, identifiers: readonly Identifier[]): SearchKey[] => [
  ...placeKeys(event),
  ...valueKeys(event, identifiers),
];

/** Stream, flow and trace of an event: the same for all events of a place. */
export function placeKeys(event: EventPlace): SearchKey[] {
  const flow = event.correlationId ?? '';
  return [
    ...named(streamOf(event), AGGREGATE_ID, event.aggregateId),
    ...(flow === '' ? [] : one({ kind: 'flow', targetType: '', target: flow }, 'correlation id', flow)),
    ...one({ kind: 'trace', targetType: '', target: flow }, 'trace id', event.traceId),
  ];
}

/** The identifiers of a payload, each of the event's stream and by itself. */
export const valueKeys = (event: EventPlace, identifiers: readonly Identifier[]): SearchKey[] =>
  identifiers.flatMap(({ field, value }) => [
    ...one(streamOf(event), field, value),
    ...one({ kind: 'value', targetType: field, target: value }, field, value),
  ]);

const streamOf = (event: EventPlace): Target => ({
  kind: 'stream',
  targetType: event.aggregateType,
  target: event.aggregateId,
});
