import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '@/server/http/client-address';
import { Problem } from '@/server/http/problem';
import { hashOf } from './token';

/** Wrong tokens that one network may send in a minute. */
const MOST = 30;
const WINDOW_S = 60;

/** The bearer token of a request; null: it has none. */
export const bearerOf = (headers: Headers): string | null =>
  /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;

// Per process: nobody guesses 256 bits, this only keeps a client with a wrong token from the database.
const wrong = new RateLimiterMemory({ points: MOST, duration: WINDOW_S });
// Machines share an address: one with a wrong token does not stop those whose token was good here before.
const good = new LRUCache<string, true>({ max: 1_000 });

/** Refuses to look up a token for a network that has sent too many wrong ones. @throws Problem `rate_limited` */
export async function refuseGuesser(token: string, origin: string): Promise<void> {
  if (good.has(hashOf(token))) return;
  const seen = await wrong.get(networkOf(origin));
  if (seen !== null && seen.consumedPoints >= MOST) throw tooMany(seen);
}

/** Says whether a token was good; every wrong one counts. */
export async function noteToken(token: string, origin: string, isGood: boolean): Promise<void> {
  if (isGood) {
    good.set(hashOf(token), true);
    return;
  }
  good.delete(hashOf(token));
  await wrong.penalty(networkOf(origin));
}

function tooMany({ msBeforeNext }: RateLimiterRes): Problem {
  const wait = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new Problem('rate_limited', `Too many wrong tokens from this address. Wait ${wait} s, then try again.`, {
    retryAfterS: wait,
  });
}
