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

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Text as it is kept and looked for: without outer space, in small letters, 200 characters at most. */
export const searchValue = (text: string): string => text.trim().normalize('NFC').toLowerCase().slice(0, LONGEST_VALUE);

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

/** What an event makes findable: its stream, its flow, its trace, and the values of its payload. */
export function eventKeys(
  event: { aggregateType: string; aggregateId: string; correlationId: string | null; traceId: string | null },
  identifiers: readonly Identifier[],
): SearchKey[] {
  const stream: Target = { kind: 'stream', targetType: event.aggregateType, target: event.aggregateId };
  const flow = event.correlationId ?? '';
  return [
    ...named(stream, 'aggregate id', event.aggregateId),
    ...(flow === '' ? [] : one({ kind: 'flow', targetType: '', target: flow }, 'correlation id', flow)),
    ...one({ kind: 'trace', targetType: '', target: flow }, 'trace id', event.traceId),
    ...identifiers.flatMap(({ field, value }) => [
      ...one(stream, field, value),
      ...one({ kind: 'value', targetType: field, target: value }, field, value),
    ]),
  ];
}
