import { z } from 'zod';
import { config } from '@/server/config';
import { Problem } from '@/server/http/problem';
import { type Auth, authWithProvider, DISABLED, discoveryUrl } from './auth';

const PATIENCE_MS = 5_000;
const Description = z.object({ issuer: z.string(), authorization_endpoint: z.string(), jwks_uri: z.string() });

/**
 * better-auth with the provider of the environment.
 * @throws Problem `not_found` where there is none
 */
export function providerAuth(): Promise<Auth> {
  const { oidc } = config();
  if (oidc === undefined) throw new Problem('not_found', 'This console has no single sign-on. Use your password.');
  return authWithProvider(oidc);
}

/**
 * Asks the provider whether it is there, before a browser is sent to it.
 * @throws Problem `unavailable`, or `not_found` where there is none
 */
export async function untilProviderAnswers(): Promise<void> {
  const { oidc } = config();
  if (oidc === undefined) return;
  const away = `${oidc.name} does not answer now. Use your password, or try again later.`;
  const response = await fetch(discoveryUrl(oidc.issuer), { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    (error: unknown) => {
      throw new Problem('unavailable', away, { cause: error });
    },
  );
  if (!response.ok) throw new Problem('unavailable', away, { cause: new Error(`discovery: ${response.status}`) });
  const described = Description.safeParse(await response.json().catch((error: unknown) => error));
  if (!described.success || described.data.issuer.replace(/\/$/, '') !== oidc.issuer.replace(/\/$/, '')) {
    throw new Problem('unavailable', `${oidc.name} describes itself in another way than OIDC_ISSUER says.`, {
      cause: described.error ?? new Error(`discovery names issuer ${described.data?.issuer}`),
    });
  }
}

const beginAgain = () => 'Signing in took too long, or was begun in another window. Sign in again.';

/** What the provider, or better-auth after it, refuses: in words, for the page of signing in. */
const REFUSALS: Readonly<Record<string, (name: string) => string>> = {
  signup_disabled: (name) =>
    `Your account at ${name} is not invited here. Ask an administrator of this console to invite its e-mail address.`,
  account_not_linked: (name) =>
    `${name} has not verified your e-mail address. Verify it there, then sign in again, or use your password.`,
  [DISABLED]: () => 'This account is disabled. An administrator of this console can enable it again.',
  access_denied: (name) => `Signing in was given up at ${name}.`,
  email_not_found: (name) => `${name} does not say your e-mail address: this console cannot tell who you are.`,
  state_mismatch: beginAgain,
  state_not_found: beginAgain,
  please_restart_the_process: beginAgain,
};

/** Why single sign-on ended at the page of signing in; null: nothing was refused. */
export function refusalWords(code: string | null): string | null {
  if (code === null || code === '') return null;
  const name = config().oidc?.name ?? 'single sign-on';
  const words = Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  return words?.(name) ?? `Signing in with ${name} failed. Try again, or use your password.`;
}
