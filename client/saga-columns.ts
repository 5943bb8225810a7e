import { columnSet } from './columns';

/** The columns of the list of sagas; status and business key always stand. */
export const SAGA_COLUMNS = columnSet(
  {
    type: 'Type',
    step: 'Current step',
    error: 'Last error',
    tenant: 'Tenant',
    age: 'Age',
    duration: 'Duration',
    updated: 'Updated',
  },
  ['tenant'],
);
export type SagaColumn = (typeof SAGA_COLUMNS.names)[number];
