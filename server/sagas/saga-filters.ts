import { z } from 'zod';
import { Status } from '@/core/contract/action';
import type { SagaListInput } from '@/core/contract/sagas';
import type { Bounds } from '@/server/auth/visible';
import type { Params } from '@/server/db/params';
import { DUE, NOT_DUE } from './list-item';

/** The filters of a list, without its page and order. */
export type SagaFilters = Omit<SagaListInput, 'limit' | 'cursor' | 'sort'>;

/** Conditions over `s` (sagascope.saga) and `a` (its worst due reason); all must hold. */
export function conditions(filters: SagaFilters, params: Params): string[] {
  const all: string[] = [];
  if (filters.status?.length) all.push(`s.status = any(${params.add(filters.status)}::text[])`);
  if (filters.type?.length) all.push(`s.saga_type = any(${params.add(filters.type)}::text[])`);
  if (filters.attention?.length) all.push(attention(filters.attention, params));
  if (filters.step !== undefined) all.push(`s.step_names @> array[${params.add(filters.step)}::text]`);
  if (filters.errorCode !== undefined) all.push(`s.error_code = ${params.add(filters.errorCode)}::text`);
  if (filters.tenant !== undefined) all.push(`s.tenant_id = ${params.add(filters.tenant)}::text`);
  if (filters.q !== undefined && filters.q.trim() !== '') all.push(anyOf(matches(filters.q.trim(), params)));
  // Through Date: PostgreSQL does not know every offset that ISO 8601 allows.
  if (filters.from !== undefined) all.push(`s.started_at >= ${params.add(utc(filters.from))}::text::timestamptz`);
  if (filters.to !== undefined) all.push(`s.started_at < ${params.add(utc(filters.to))}::text::timestamptz`);
  if (filters.historic === 'only') all.push('s.historic');
  if (filters.historic === 'exclude') all.push('not s.historic');
  return all;
}

/** More walks than this cost more than one that filters. */
const MOST_PIECES = 30;

/** One stretch of an index. */
export interface Piece {
  where: string;
  /** Of one tenant: such indexes have an order of their own. */
  ofTenant: boolean;
}

/**
 * What is asked for, within what the reader may see, as pieces that a single index has in the order of the list: of one
 * tenant, type and status each as far as these are known; none where one walk along the time does as well.
 */
export function piecesOf(filters: SagaFilters, bounds: Bounds, sort: SagaListInput['sort'], params: Params): Piece[] {
  const tenants = (filters.tenant === undefined ? distinct(bounds.tenants) : [filters.tenant]).filter(isTenant);
  const equals = (column: string, values: readonly string[]): string[] =>
    values.map((value) => `s.${column} = ${params.add(value)}::text`);
  // Only tenants have an index by the time of the start.
  if (sort.endsWith('startedAt')) {
    return tenants.length > MOST_PIECES ? [] : equals('tenant_id', tenants).map((where) => ({ where, ofTenant: true }));
  }
  const types = distinct(filters.type?.length ? filters.type : bounds.sagaTypes);
  const given = distinct(filters.status);
  const statuses = given.length > 0 ? given : types.length + tenants.length > 0 ? Status.options : [];
  const many = statuses.length * Math.max(1, tenants.length);
  // Within a tenant the index by status comes first: types are left to the filter where there would be too many walks.
  const apart = many * Math.max(1, types.length) <= MOST_PIECES;
  if (!apart && (tenants.length === 0 || many > MOST_PIECES)) return [];
  const ofType = apart ? equals('saga_type', types) : [];
  const all = product(product(equals('tenant_id', tenants), ofType), equals('status', statuses));
  return all.map((where) => ({ where, ofTenant: tenants.length > 0 }));
}

// Rows without a tenant are in none of the indexes by tenant.
const isTenant = (tenant: string): boolean => tenant !== '';

const distinct = <T>(values: readonly T[] | null | undefined): T[] => [...new Set(values ?? [])];

const product = (left: string[], right: string[]): string[] =>
  left.length === 0 || right.length === 0
    ? [...left, ...right]
    : left.flatMap((one) => right.map((other) => `${one} and ${other}`));

/** True where kept counters answer the count: nothing but status, type and tenant is asked. */
export function countedByStatus(filters: SagaFilters): boolean {
  return (
    !filters.attention?.length &&
    filters.step === undefined &&
    filters.errorCode === undefined &&
    (filters.q ?? '').trim() === '' &&
    filters.from === undefined &&
    filters.to === undefined &&
    filters.historic === 'include'
  );
}

/** Where an id in full or the beginning of a business key may be, each answered by an index of its own. */
export function matches(q: string, params: Params): string[] {
  const text = params.add(q);
  const ways = [`s.correlation_id = ${text}::text`, `s.trace_id = ${text}::text`, businessKeyStartsWith(q, params)];
  // People say the number alone: 8841 or #8841 for order-8841.
  const number = /^#?(\d{1,18})$/.exec(q)?.[1];
  if (number !== undefined) ways.push(`${KEY_NUMBER} = ${params.add(number)}::text`);
  if (z.guid().safeParse(q).success) ways.push(`s.saga_id = ${params.add(q)}::text::uuid`);
  return ways;
}

/** The number that a business key ends with; the very expression of its index. */
const KEY_NUMBER = "substring(s.business_key from '[0-9]+$')";

/** A range of the text_pattern_ops index, whatever the case; `%` and `_` of the text mean themselves. */
export function businessKeyStartsWith(prefix: string, params: Params): string {
  // Lowered by PostgreSQL, as the index is. The last code point there is sorts behind every continuation.
  const from = `lower(${params.add(prefix)}::text)`;
  return `(lower(s.business_key) ~>=~ ${from} and lower(s.business_key) ~<~ (${from} || chr(1114111)))`;
}

function attention(wanted: readonly string[], params: Params): string {
  const ways: string[] = [];
  if (wanted.includes('any')) ways.push(DUE);
  if (wanted.includes('none')) ways.push(NOT_DUE);
  const reasons = wanted.filter((word) => word !== 'any' && word !== 'none');
  if (reasons.length > 0) ways.push(`(${DUE} and a.reason = any(${params.add(reasons)}::text[]))`);
  return anyOf(ways);
}

const anyOf = (ways: string[]): string => `(${ways.join(' or ')})`;

const utc = (time: string): string => new Date(time).toISOString();
