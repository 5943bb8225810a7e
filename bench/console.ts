import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type BrowserContext, chromium } from '@playwright/test';
import { Client } from 'pg';
import { findBrowser } from '@/scripts/browser';
import { spawnNode } from '@/scripts/child';
import type { Lifetime } from '@/scripts/lifetime';
import { freePort } from '@/scripts/postgres/cluster';
import { newToken } from '@/server/auth/token';

const PERSON = { email: 'bench@example.com', password: 'bench-of-the-console' };

/** A console in a process of its own, as `npm start` makes it; builds its pages where they are not. Answers its address. */
export async function openConsole(
  life: Lifetime,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const address = `http://127.0.0.1:${await freePort()}`;
  const events = new EventEmitter();
  const isReady = once(events, 'ready');
  let printed: string[] = [];
  const { exited } = spawnNode(life, ['scripts/run.mjs', 'start'], {
    env: {
      DATABASE_URL: databaseUrl,
      PORT: new URL(address).port,
      HOST: '127.0.0.1',
      SAGASCOPE_ADMIN_EMAIL: PERSON.email,
      SAGASCOPE_ADMIN_PASSWORD: PERSON.password,
      ...env,
    },
    line: (text) => {
      printed = [...printed, text].slice(-5);
      if (/ready: http/.test(text)) events.emit('ready');
    },
  });
  const died = exited.then((how) => {
    throw new Error(`The console did not start (${how}):\n${printed.join('\n')}`);
  });
  await Promise.race([isReady, died]);
  died.catch(() => undefined); // it also ends when it is stopped
  return address;
}

/** A token of a machine with these scopes, and no more. */
export async function machineToken(databaseUrl: string, scopes: readonly ('read' | 'intervene')[]): Promise<string> {
  const { token, hash, prefix } = newToken();
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO sagascope.api_token (id, name, token_hash, prefix, scopes, created_by) VALUES ($1, 'bench', $2, $3, $4, 'bench')`,
      [randomUUID(), hash, prefix, scopes],
    );
  } finally {
    await client.end();
  }
  return token;
}

/** A real browser in which the administrator of {@link openConsole} is signed in. */
export async function signedIn(life: Lifetime, address: string): Promise<BrowserContext> {
  const browser = await chromium.launch({
    executablePath: await findBrowser((text) => console.log(text)),
    args: ['--no-sandbox'],
  });
  life.onEnd(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const answer = await context.request.post(`${address}/api/auth/sign-in/email`, {
    headers: { origin: address },
    data: PERSON,
  });
  if (!answer.ok()) throw new Error(`signing in failed: ${answer.status()} ${await answer.text()}`);
  // The loader of TypeScript names functions by a helper that a page does not have.
  await context.addInitScript('globalThis.__name = (named) => named');
  return context;
}
