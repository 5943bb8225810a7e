import { prismaAdapter } from 'better-auth/adapters/prisma';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '@/core/contract/account';
import { config } from '@/server/config';
import { primary } from '@/server/db/prisma';
import { prismaQuery } from '@/server/db/query';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { OIDC_PROVIDER } from './oidc-provider';
import { PLAIN_SIGN_IN, plainSignIn } from './plain-sign-in';
import { firstSingleSignOn, withoutTokens } from './provider-account';
import { consoleSecret } from './secret';

const COOKIE_PREFIX = 'sagascope';
/** Ends the name of the session cookie; behind TLS `__Secure-` stands before it. */
export const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token`;

const HOUR_S = 3_600;
/** A session ends this long after its last use. */
export const SESSION_S = 12 * HOUR_S;

/** The code under which the sign-in of a disabled person is refused. */
export const DISABLED = 'person_disabled';

type Oidc = NonNullable<ReturnType<typeof config>['oidc']>;

// Made at the first request, not at import: a build has neither database nor environment.
const made = globalThis as typeof globalThis & { sagascopeAuth?: Map<string, Promise<Auth>> };

/** better-auth over the console's own tables, one per process and database. It never asks the provider anything. */
export const auth = (): Promise<Auth> => madeOnce(undefined);

/** {@link auth} with the provider: it asks for the provider's description once, and nothing else has to wait for that. */
export const authWithProvider = (oidc: Oidc): Promise<Auth> => madeOnce(oidc);

function madeOnce(oidc: Oidc | undefined): Promise<Auth> {
  const known = (made.sagascopeAuth ??= new Map());
  const key = `${oidc?.issuer ?? ''} ${process.env.DATABASE_URL ?? ''}`;
  const existing = known.get(key);
  if (existing) return existing;
  const fresh = make(oidc).catch((error: unknown) => {
    known.delete(key);
    throw error;
  });
  known.set(key, fresh);
  return fresh;
}

export type Auth = Awaited<ReturnType<typeof make>>;

async function make(oidc: Oidc | undefined) {
  const { url, port } = config();
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
    session: { modelName: 'personSession', expiresIn: SESSION_S, updateAge: HOUR_S },
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
        [PLAIN_SIGN_IN]: { window: 60, max: 10 },
        '/sign-in/social': { window: 60, max: 20 },
      },
    },
    databaseHooks: {
      session: { create: { before: refuseDisabled } },
      account: {
        create: {
          before: async (account) => withoutTokens(account),
          after: ({ userId }, context) => firstSingleSignOn(userId, context?.headers ?? new Headers()),
        },
        update: { before: async (account) => withoutTokens(account) },
      },
    },
    onAPIError: { errorURL: '/sign-in' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      revokeSessionsOnPasswordReset: true,
    },
    plugins:
      oidc === undefined
        ? [plainSignIn()]
        : [
            genericOAuth({
              config: [
                {
                  providerId: OIDC_PROVIDER,
                  name: oidc.name,
                  discoveryUrl: discoveryUrl(oidc.issuer),
                  requireIdTokenVerification: true,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret,
                  scopes: ['openid', 'email', 'profile'],
                  pkce: true,
                  // Who is who is the issuer's word: another issuer's subject of the same name is somebody else.
                  accountSubject: ({ profile }) => `${oidc.issuer} ${String(profile.sub)}`,
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

/** Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4). */
export const discoveryUrl = (issuer: string): string => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

async function refuseDisabled({ userId }: { userId: string }): Promise<void> {
  const rows = await prismaQuery(primary())(
    'SELECT 1 AS there FROM sagascope.person WHERE id = $1 AND disabled_at IS NULL',
    [userId],
  );
  if (rows.length === 0) throw new APIError('FORBIDDEN', { code: DISABLED, message: 'This person is disabled' });
}

function ownOrigin(request: Request | undefined): string[] {
  const host = request?.headers.get('host');
  return host === null || host === undefined ? [] : [`http://${host}`];
}
