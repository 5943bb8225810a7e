/**
 * SQL for walking the events of one correlation, saga or import in the order of the log. With an equality and `order by
 * position`, the planner may walk the whole store by position and throw away what is not of it: it does where its
 * statistics call the value a frequent one. Said as `= any`, the column is no constant to it, and only the index on
 * (column, position) gives the order of both.
 */
export type Walked = 'correlation_id' | 'saga_id' | 'import_id';

/** That an event of `alias` (sagascope.event_index) has `value` (SQL of a text) in the column. */
export const inWalk = (alias: string, column: Walked, value: string): string =>
  `${alias}.${column} = any(array[${value}])`;

/** The order of such events, to be said beside {@link inWalk}. */
export const walkOrder = (alias: string, column: Walked, direction: 'asc' | 'desc'): string =>
  `order by ${alias}.${column} ${direction}, ${alias}.position ${direction}`;

export const inCorrelation = (alias: string, value: string): string => inWalk(alias, 'correlation_id', value);

export const correlationOrder = (alias: string, backwards = false): string =>
  walkOrder(alias, 'correlation_id', backwards ? 'desc' : 'asc');
