import { setTimeout as wait } from 'node:timers/promises';
import { DEFINITION, SAGA_TYPE } from './definition';

export interface Registration {
  consoleUrl: string;
  /** Who declares: an engineer of the console. */
  account: { email: string; password: string };
  urlOf: (service: string) => string;
  signal: AbortSignal;
  say: (line: string) => void;
}

const SERVICES = ['order', 'inventory', 'payment', 'shipping'] as const;

/** Name of the environment variable that holds the secret of all four services. */
export const SECRET_ENV = 'SHOP_SIGNING_SECRET';

/**
 * Signs in at the console, tells it what the shop runs and where, and signs out again. It asks again until it is
 * answered or `signal` ends it.
 */
export async function register({ consoleUrl, account, urlOf, signal, say }: Registration): Promise<void> {
  const puts = [
    [`/api/v1/definitions/${SAGA_TYPE}`, { ...DEFINITION, orchestrator: { url: urlOf('orchestrator') } }],
    ...SERVICES.map(
      (name) => [`/api/v1/services/${name}`, { url: urlOf(name), secretEnv: SECRET_ENV, evidence: 'log' }] as const,
    ),
  ] as const;
  const ask = (call: Call) => untilAnswered(consoleUrl, call, signal, say);
  const signedIn = await ask({ method: 'POST', path: '/api/auth/sign-in/email', body: account });
  if (signedIn === null) return;
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  let declared = 0;
  for (const [path, body] of puts) if (await ask({ method: 'PUT', path, body, cookie })) declared += 1;
  await ask({ method: 'POST', path: '/api/auth/sign-out', body: {}, cookie });
  if (signal.aborted) return;
  if (declared === puts.length) say(`Registered ${SAGA_TYPE} and ${SERVICES.length} services at ${consoleUrl}`);
}

interface Call {
  method: 'POST' | 'PUT';
  path: string;
  body: object;
  cookie?: string;
}

/** The answer to a call; null where the console refused it for good, or `signal` ended the asking. */
async function untilAnswered(
  consoleUrl: string,
  call: Call,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Response | null> {
  for (let tries = 1; ; tries++) {
    const answer = await send(consoleUrl, call, signal);
    if (answer instanceof Response) return answer;
    if (signal.aborted) return null;
    if (answer.final) {
      say(`The console refused ${call.path}: ${answer.why}`);
      return null;
    }
    if (tries === 1 || tries % 30 === 0) say(`Waiting for the console at ${consoleUrl}: ${answer.why.trim()}`);
    await wait(1_000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
  }
}

async function send(
  consoleUrl: string,
  { method, path, body, cookie }: Call,
  signal: AbortSignal,
): Promise<Response | { final: boolean; why: string }> {
  try {
    const response = await fetch(new URL(path, consoleUrl), {
      method,
      headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    if (response.ok) return response;
    // A console of the same address that is still starting answers 404 or 5xx; it will know the path later.
    const final = response.status >= 400 && response.status < 500 && response.status !== 404 && response.status !== 429;
    return { final, why: `${response.status} ${(await response.text()).slice(0, 300)}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { final: false, why: cause || 'no answer' };
  }
}
