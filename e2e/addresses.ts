/** Where the servers of a browser run are. Set by its global set-up, which runs before any test. */
export function address(name: keyof typeof VARIABLES): string {
  const value = process.env[VARIABLES[name]];
  if (value === undefined) throw new Error(`${VARIABLES[name]} is not set: run the tests with playwright test`);
  return value;
}

export const VARIABLES = {
  /** the console that all journeys share */
  console: 'SAGASCOPE_E2E_URL',
  /** a console over a database without a row */
  emptyConsole: 'SAGASCOPE_E2E_EMPTY_URL',
  /** the database of `console`, for rows that a test appends */
  database: 'SAGASCOPE_E2E_DATABASE_URL',
  /** POST /stop and /start stop and start PostgreSQL, /issuer/stop and /issuer/start the OpenID provider */
  control: 'SAGASCOPE_E2E_CONTROL_URL',
  /** the link that a console printed at its first start: nobody can sign in there yet */
  setUpLink: 'SAGASCOPE_E2E_SET_UP_LINK',
} as const;
