import { insertPerson, isPassword, setPassword } from '@/server/auth/person-store';
import { type Config, isLoopback, isLoopbackUrl } from '@/server/config';
import type { Query } from '@/server/db/query';
import { OperatorError } from '@/server/operator-error';

/** Who is there in the demo, each with one role everywhere, and all with the password that is printed. */
export const DEMO_PEOPLE = [
  { email: 'support@demo', name: 'Sam Support', role: 'support' },
  { email: 'operator@demo', name: 'Olga Operator', role: 'operator' },
  { email: 'approver@demo', name: 'Ana Approver', role: 'approver' },
  { email: 'engineer@demo', name: 'Erik Engineer', role: 'engineer' },
  { email: 'admin@demo', name: 'Ada Admin', role: 'admin' },
] as const;

/** Makes the demo's people where they are missing, and gives them the password where they have another one. */
export async function ensureDemoPeople(query: Query, password: string): Promise<void> {
  for (const { email, name, role } of DEMO_PEOPLE) {
    const [known] = await query<{ id: string }>('SELECT id FROM sagascope.person WHERE email = $1', [email]);
    const grants = [{ role, tenants: null, sagaTypes: null }];
    const id = known?.id ?? (await insertPerson(query, { email, name, grants, isDemo: true }));
    if (!(await isPassword(query, id, password))) await setPassword(query, id, password);
  }
}

/**
 * The demo's password stands on a terminal: where its people are, only this machine may reach the console.
 * @throws OperatorError that says what to do
 */
export async function refuseDemoPeople(query: Query, { host, url }: Pick<Config, 'host' | 'url'>): Promise<void> {
  const far = farther({ host, url });
  if (far === null) return;
  const [demo] = await query<{ there: number }>('SELECT 1 AS there FROM sagascope.person WHERE is_demo LIMIT 1');
  if (demo === undefined) return;
  throw new OperatorError(
    `This database has the demo's people, whose password is printed, and ${far} would let others than this machine reach them. ` +
      'Use HOST=127.0.0.1 and no SAGASCOPE_URL, or another database, or remove them there: DELETE FROM sagascope.person WHERE is_demo;',
  );
}

/** The setting by which more than this machine reaches the console; null: none does. */
export function farther({ host, url }: Pick<Config, 'host' | 'url'>): string | null {
  if (!isLoopback(host)) return `HOST=${host}`;
  return url === undefined || isLoopbackUrl(url) ? null : `SAGASCOPE_URL=${url}`;
}
