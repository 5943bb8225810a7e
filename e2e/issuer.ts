import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { freePort } from '@/scripts/postgres/cluster';

/** How the console is known to the issuer. */
export const OIDC_CLIENT = { id: 'sagascope', secret: 'a secret of the tests, long enough to sign with' };

export interface Issuer {
  url: string;
  /** It does not answer any more, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/**
 * A real OpenID provider on this machine: it asks for a name and signs in whoever gives one, by that name as e-mail
 * address. An address that begins with `unverified` is not verified there.
 * @param redirectUris where it may send people back to
 */
export async function startIssuer(redirectUris: readonly string[]): Promise<Issuer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = new Provider(url, {
    clients: [
      {
        client_id: OIDC_CLIENT.id,
        client_secret: OIDC_CLIENT.secret,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['keys of the tests'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: !id.startsWith('unverified'), name: `${id} at the issuer` }),
    }),
    ttl: { AccessToken: 600, AuthorizationCode: 600, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  });
  const answer = provider.callback();
  let server: ReturnType<typeof createServer> | undefined;
  const start = async () => {
    if (server !== undefined) return;
    server = createServer((request, response) => void answer(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await start();
  return {
    url,
    start,
    stop: async () => {
      const running = server;
      server = undefined;
      if (running === undefined) return;
      running.close();
      running.closeAllConnections();
      await once(running, 'close');
    },
  };
}
