import { prismaAdapter } from '@better-auth/prisma-adapter';
import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins';
import { config } from '@/server/config';
import { primary } from '@/server/db/prisma';
import { prismaQuery } from '@/server/db/query';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { consoleSecret } from './secret';

/** Its id in addresses and accounts: one provider, whatever it is called. */
export const OIDC_PROVIDER = 'oidc';

/** A password has at least this many characters. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

const COOKIE_PREFIX = 'sagascope';
/** Ends the name of the session cookie; behind TLS `__Secure-` stands before it. */
export const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token`;

const HOUR_S = 3_600;

// Made at the first request, not at import: a build has neither database nor environment.
const made = globalThis as typeof globalThis & { sagascopeAuth?: Map<string, Promise<Auth>> };

/** better-auth over the console's own tables, one per process and database. */
export function auth(): Promise<Auth> {
  const known = (made.sagascopeAuth ??= new Map());
  const key = process.env.DATABASE_URL ?? '';
  const existing = known.get(key);
  if (existing) return existing;
  const fresh = make().catch((error: unknown) => {
    known.delete(key);
    throw error;
  });
  known.set(key, fresh);
  return fresh;
}

export type Auth = Awaited<ReturnType<typeof make>>;

async function make() {
  const { url, port, oidc } = config();
  return betterAuth({
    appName: 'Sagascope',
    basePath: '/api/auth',
    // Whose names are answered at all is said by refuseForeignHost, before this.
    baseURL: url ?? { allowedHosts: ['*'], protocol: 'http', fallback: `http://127.0.0.1:${port}` },
    trustedOrigins: (request) => (url === undefined ? ownOrigin(request) : [url]),
    secret: await consoleSecret(prismaQuery(primary())),
    database: prismaAdapter(primary(), { provider: 'postgresql' }),
    telemetry: { enabled: false },
    logger: { level: 'error' },
    user: {
      modelName: 'person',
      additionalFields: {
        disabledAt: { type: 'date', required: false, input: false },
        isDemo: { type: 'boolean', required: false, input: false },
      },
    },
    session: { modelName: 'personSession', expiresIn: 12 * HOUR_S, updateAge: HOUR_S },
    account: {
      modelName: 'personAccount',
      // An account of the provider belongs to whom an administrator invited under that address, once it is verified there.
      accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: false },
    },
    verification: { modelName: 'personVerification' },
    rateLimit: {
      enabled: true,
      storage: 'database',
      modelName: 'signInRate',
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/sign-in/social': { window: 60, max: 20 },
        '/change-password': { window: 60, max: 10 },
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      revokeSessionsOnPasswordReset: true,
    },
    plugins:
      oidc === undefined
        ? []
        : [
            genericOAuth({
              config: [
                {
                  providerId: OIDC_PROVIDER,
                  name: oidc.name,
                  discoveryUrl: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
                  requireIdTokenVerification: true,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret,
                  scopes: ['openid', 'email', 'profile'],
                  pkce: true,
                  // People are invited first: an account elsewhere is no right here.
                  disableSignUp: true,
                },
              ],
            }),
          ],
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: url?.startsWith('https://') === true,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      // Set by our own server from the connection, over whatever a client sent.
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
  });
}

function ownOrigin(request: Request | undefined): string[] {
  const host = request?.headers.get('host');
  return host === null || host === undefined ? [] : [`http://${host}`];
}
