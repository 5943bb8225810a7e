import { z } from 'zod';
import { config } from '@/server/config';
import { Problem } from '@/server/http/problem';
import { type Auth, authWithProvider, discoveryUrl } from './auth';

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
