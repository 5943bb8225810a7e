import { randomUUID } from 'node:crypto';
import type { Query } from '@/server/db/query';
import { Problem } from '@/server/http/problem';

/**
 * Counts a try of something that could be guessed, in the table that sign-in counts in; the window begins anew with
 * each try that was let through.
 * @param key what is tried, and by whom
 * @throws Problem `rate_limited` with the wait in its words
 */
export async function refuseTooMany(
  query: Query,
  key: string,
  { tries, seconds }: { tries: number; seconds: number },
): Promise<void> {
  const now = Date.now();
  const since = now - seconds * 1000;
  const [counted] = await query(
    `INSERT INTO sagascope.sign_in_rate AS r (id, key, count, last_request) VALUES ($1, $2, 1, $3::text::bigint)
     ON CONFLICT (key) DO UPDATE SET last_request = excluded.last_request,
       count = CASE WHEN r.last_request <= $4::text::bigint THEN 1 ELSE r.count + 1 END
       WHERE r.last_request <= $4::text::bigint OR r.count < $5::int
     RETURNING 1 AS counted`,
    [randomUUID(), key, String(now), String(since), tries],
  );
  if (counted) return;
  const [row] = await query<{ last: string }>(
    'SELECT last_request::text AS last FROM sagascope.sign_in_rate WHERE key = $1',
    [key],
  );
  const wait = Math.max(1, Math.ceil((Number(row?.last ?? now) - since) / 1000));
  throw new Problem('rate_limited', `Too many tries. Wait ${wait} s, then try again.`, { retryAfterS: wait });
}
