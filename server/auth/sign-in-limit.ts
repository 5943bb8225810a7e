import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { config } from '@/server/config';
import type { Query } from '@/server/db/query';
import { Problem } from '@/server/http/problem';
import { consoleSecret } from './secret';

/** Wrong passwords that an account, or a browser known to it, may have in the window. */
const MOST = 10;
const WINDOW_S = 600;
const DEVICE_COOKIE = 'sagascope.device';
const DEVICE_MAX_AGE_S = 180 * 86_400;

/** A sign-in that was let through. */
export interface Try {
  /** It succeeded: it does not count. Answers the Set-Cookie by which this browser is known to the account from now on. */
  succeeded(): Promise<string>;
}

/**
 * Counts a sign-in of an account, whoever it comes from: many addresses together have no more tries than one. Strangers
 * could keep its owner out that way, for as long as they go on; so a browser that has signed in to the account before
 * has a count of its own (OWASP: device cookies). An account that does not exist is counted alike.
 * @throws Problem `rate_limited` after ten wrong passwords in ten minutes
 */
export async function countSignIn(query: Query, email: string, headers: Headers): Promise<Try> {
  const secret = await consoleSecret(query);
  const account = createHash('sha256').update(email.toLowerCase()).digest('base64url');
  const device = knownDevice(headers, account, secret);
  const key = device === null ? `account:${account}` : `device:${device}`;
  const limiter = limiterOver(query);
  await query('DELETE FROM sagascope.attempt_rate WHERE expire < $1::float8', [Date.now()]);
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new Problem('rate_limited', `Too many tries for this account. Wait ${wait} s, then try again.`, {
      retryAfterS: wait,
    });
  }
  return {
    succeeded: async () => {
      await limiter.reward(key);
      return deviceCookie(device ?? randomBytes(16).toString('base64url'), account, secret);
    },
  };
}

// The library asks for a pg client; ours is a function. Its 64-bit numbers are times, which a double holds.
const limiterOver = (query: Query): RateLimiterPostgres =>
  new RateLimiterPostgres({
    storeClient: {
      query: async ({ text, values }: { text: string; values: unknown[] }) => {
        const rows = await query<{ points: number; expire: bigint | number | string }>(text, values);
        return { rows: rows.map((row) => ({ ...row, expire: Number(row.expire) })), rowCount: rows.length };
      },
    },
    storeType: 'client',
    schemaName: 'sagascope',
    tableName: 'attempt_rate',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: '',
    points: MOST,
    duration: WINDOW_S,
  });

function knownDevice(headers: Headers, account: string, secret: string): string | null {
  const found = /(?:^|;\s*)sagascope\.device=([\w-]{22})\.([\w-]{43})(?:;|$)/.exec(headers.get('cookie') ?? '');
  const [, id, mac] = found ?? [];
  if (id === undefined || mac === undefined) return null;
  const expected = macOf(id, account, secret);
  return timingSafeEqual(Buffer.from(mac), Buffer.from(expected)) ? id : null;
}

const macOf = (id: string, account: string, secret: string): string =>
  createHmac('sha256', secret).update(`device ${account} ${id}`).digest('base64url');

function deviceCookie(id: string, account: string, secret: string): string {
  const value = `${id}.${macOf(id, account, secret)}`;
  const secure = config().url?.startsWith('https://') === true ? '; Secure' : '';
  return `${DEVICE_COOKIE}=${value}; Path=/api/auth; Max-Age=${DEVICE_MAX_AGE_S}; HttpOnly; SameSite=Lax${secure}`;
}
