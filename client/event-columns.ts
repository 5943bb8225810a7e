import { columnSet } from './columns';

/** The columns of the list of events; time and event always stand. */
export const EVENT_COLUMNS = columnSet(
  {
    aggregate: 'Aggregate',
    service: 'Service',
    correlation: 'Correlation',
    saga: 'Saga',
    tenant: 'Tenant',
    payload: 'Payload',
  },
  ['correlation', 'saga', 'tenant'],
);
export type EventColumn = (typeof EVENT_COLUMNS.names)[number];
