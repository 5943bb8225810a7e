/** The columns of the list of sagas that may be left out, in their order; status and business key always stand. */
export const SAGA_COLUMNS = {
  type: 'Type',
  step: 'Current step',
  error: 'Last error',
  tenant: 'Tenant',
  age: 'Age',
  duration: 'Duration',
  updated: 'Updated',
} as const;
export type SagaColumn = keyof typeof SAGA_COLUMNS;

const NAMES = Object.keys(SAGA_COLUMNS) as SagaColumn[];
const USUAL: readonly SagaColumn[] = NAMES.filter((name) => name !== 'tenant');

/** The columns that an address names; the usual ones where it names none. */
export function sagaColumnsOf(params: URLSearchParams): readonly SagaColumn[] {
  const text = params.get('cols');
  if (text === null) return USUAL;
  const named = text.split(',');
  return NAMES.filter((name) => named.includes(name));
}

/** The same address with one column more or less; the usual ones need not be named. */
export function withColumn(params: URLSearchParams, column: SagaColumn, shown: boolean): URLSearchParams {
  const before = sagaColumnsOf(params);
  const after = NAMES.filter((name) => (name === column ? shown : before.includes(name)));
  const next = new URLSearchParams(params);
  if (after.length === USUAL.length && after.every((name) => USUAL.includes(name))) next.delete('cols');
  else next.set('cols', after.length === 0 ? 'none' : after.join(','));
  return next;
}
