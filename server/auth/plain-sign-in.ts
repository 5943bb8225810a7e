import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import type { BetterAuthPlugin } from 'better-auth';
import { z } from 'zod';

/** Where it is served inside better-auth. */
export const PLAIN_SIGN_IN = '/sign-in/plain';

const refused = () => new APIError('UNAUTHORIZED', { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Not known' });

/**
 * Signing in by password for addresses that are none of the internet, as `support@demo`: better-auth's own sign-in
 * takes those for mistakes. It hashes as long for somebody unknown as for a wrong password, as that one does.
 */
export const plainSignIn = () =>
  ({
    id: 'plain-sign-in',
    endpoints: {
      signInPlain: createAuthEndpoint(
        PLAIN_SIGN_IN,
        { method: 'POST', body: z.object({ email: z.string(), password: z.string() }) },
        async (ctx) => {
          const { internalAdapter, password } = ctx.context;
          const found = await internalAdapter.findUserByEmail(ctx.body.email.toLowerCase(), { includeAccounts: true });
          const hash = found?.accounts.find(({ providerId }) => providerId === 'credential')?.password;
          if (!found || !hash) {
            await password.hash(ctx.body.password);
            throw refused();
          }
          if (!(await password.verify({ hash, password: ctx.body.password }))) throw refused();
          const session = await internalAdapter.createSession(found.user.id);
          await setSessionCookie(ctx, { session, user: found.user });
          return ctx.json({});
        },
      ),
    },
  }) satisfies BetterAuthPlugin;
