/** SQLSTATE classes of data, constraints and limits. */
const DATA_FAULT = /^(21|22|23|42804|54)/;

/** A statement that fails on what is in the rows, not on the connection. */
export const isDataFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && DATA_FAULT.test(error.code);
