import { setTimeout as wait } from 'node:timers/promises';
import { DEFINITION, SAGA_TYPE } from './definition';

export interface Registration {
  consoleUrl: string;
  urlOf: (service: string) => string;
  signal: AbortSignal;
  say: (line: string) => void;
}

const SERVICES = ['order', 'inventory', 'payment', 'shipping'] as const;

/** Name of the environment variable that holds the secret of all four services. */
export const SECRET_ENV = 'SHOP_SIGNING_SECRET';

/** Tells the console what the shop runs and where; asks again until it answers or `signal` ends it. */
export async function register({ consoleUrl, urlOf, signal, say }: Registration): Promise<void> {
  const puts = [
    [`/api/v1/definitions/${SAGA_TYPE}`, { ...DEFINITION, orchestrator: { url: urlOf('orchestrator') } }],
    ...SERVICES.map(
      (name) => [`/api/v1/services/${name}`, { url: urlOf(name), secretEnv: SECRET_ENV, evidence: 'log' }] as const,
    ),
  ] as const;
  for (const [path, body] of puts) {
    for (let tries = 1; ; tries++) {
      const refusal = await put(new URL(path, consoleUrl), body, signal);
      if (refusal === null) break;
      if (signal.aborted) return;
      if (refusal.final) {
        say(`The console refused ${path}: ${refusal.why}`);
        break;
      }
      if (tries === 1 || tries % 30 === 0) say(`Waiting for the console at ${consoleUrl}: ${refusal.why.trim()}`);
      await wait(1_000, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }
  say(`Registered ${SAGA_TYPE} and ${SERVICES.length} services at ${consoleUrl}`);
}

async function put(url: URL, body: object, signal: AbortSignal): Promise<{ final: boolean; why: string } | null> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    });
    if (response.ok) return null;
    // A console of the same address that is still starting answers 404 or 5xx; it will know the path later.
    const final = response.status >= 400 && response.status < 500 && response.status !== 404 && response.status !== 429;
    return { final, why: `${response.status} ${(await response.text()).slice(0, 300)}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { final: false, why: cause || 'no answer' };
  }
}
