import { primary } from '@/server/db/prisma';
import { prismaQuery } from '@/server/db/query';
import { clientAddress } from '@/server/http/client-address';
import { Problem } from '@/server/http/problem';
import type { Actor } from './actor';
import { auth, SESSION_COOKIE } from './auth';
import { bearerOf, noteToken, refuseGuesser } from './bearer';
import { personOf } from './person-of';
import { machineOf } from './token';

/**
 * Who asks: the machine of a bearer token, or the person of a session cookie; null for neither.
 * @throws Problem `unauthenticated` for a token that is not, or no longer, good; `rate_limited` after many such
 */
export async function whoAsks(headers: Headers): Promise<Actor | null> {
  const origin = clientAddress(headers);
  const bearer = bearerOf(headers);
  if (bearer !== null) {
    await refuseGuesser(bearer, origin);
    const machine = await machineOf(prismaQuery(primary()), bearer, origin);
    await noteToken(bearer, origin, machine !== null);
    if (machine) return machine;
    throw new Problem('unauthenticated', 'This token is not known, was revoked, or has expired. Make a new one.');
  }
  // Without a cookie there is nobody to ask the database about.
  if (headers.get('cookie')?.includes(SESSION_COOKIE) !== true) return null;
  const signedIn = await (await auth()).api.getSession({ headers, query: { disableCookieCache: true } });
  if (signedIn === null) return null;
  const { user, session } = signedIn;
  return personOf(prismaQuery(primary()), user.id, origin, session.id);
}
