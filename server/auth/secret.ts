import { randomBytes } from 'node:crypto';
import { config } from '@/server/config';
import type { Query } from '@/server/db/query';

const NAME = 'sessions';

/**
 * What signs the cookies: SAGASCOPE_SECRET, else one that the first process makes and all of them share through the
 * database.
 */
export async function consoleSecret(query: Query): Promise<string> {
  const { secret } = config();
  if (secret !== undefined) return secret;
  await query('INSERT INTO sagascope.console_secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    NAME,
    randomBytes(32).toString('base64url'),
  ]);
  const [row] = await query<{ value: string }>('SELECT value FROM sagascope.console_secret WHERE name = $1', [NAME]);
  if (!row) throw new Error('the secret that was written is not there');
  return row.value;
}
