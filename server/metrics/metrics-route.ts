import { createHash, timingSafeEqual } from 'node:crypto';
import { type Actor, everywhere } from '@/server/auth/actor';
import { bearerOf, noteToken, refuseGuesser } from '@/server/auth/bearer';
import { config } from '@/server/config';
import { clientAddress } from '@/server/http/client-address';
import { createContext, type Ctx, requestContext } from '@/server/http/context';
import { NoInput } from '@/server/http/no-input';
import { guarded } from '@/server/http/route';
import { getMetrics } from './get-metrics';

/** GET /api/metrics, for METRICS_TOKEN, a token with the scope metrics, or a session. */
export const answerMetrics = Object.assign(
  (request: Request): Promise<Response> =>
    guarded(request, async (requestId) => {
      const text = await getMetrics(await contextOf(request.headers, requestId));
      return new Response(text, {
        headers: {
          'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
          'Cache-Control': 'no-store',
          'X-Reference': requestId,
        },
      });
    }),
  { input: NoInput },
);

async function contextOf(headers: Headers, requestId: string): Promise<Ctx> {
  const { metricsToken } = config();
  const bearer = bearerOf(headers);
  if (metricsToken === undefined || bearer === null) return requestContext(headers, requestId);
  const origin = clientAddress(headers);
  // People choose this one: before it is compared, so that nobody guesses it for long.
  await refuseGuesser(bearer, origin);
  if (!isSame(bearer, metricsToken)) return requestContext(headers, requestId);
  await noteToken(bearer, origin, true);
  const scraper: Actor = {
    kind: 'token',
    id: 'METRICS_TOKEN',
    name: 'token METRICS_TOKEN',
    grants: [everywhere('metrics')],
    origin,
  };
  return createContext(scraper, null, requestId);
}

// Hashes are of one length: how long the comparison takes tells nothing of either.
const isSame = (given: string, expected: string): boolean => timingSafeEqual(hash(given), hash(expected));

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
