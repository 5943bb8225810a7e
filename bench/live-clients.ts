import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { coalesce, keysOf, queryKeysOf } from '@/client/live-keys';
import type { Lifetime } from '@/scripts/lifetime';
import { newToken } from '@/server/auth/token';

/** One live client besides the browser: it hears the stream, and reads the list of sagas by the page's own rules. */
export interface LiveClient {
  messages: number;
  reads: number;
}

/** Whether the clients read what they hear of, or only listen. */
export interface Reading {
  on: boolean;
}

/** Opens streams of machines, each with a token of its own: one person may not have so many. */
export async function openClients(
  life: Lifetime,
  databaseUrl: string,
  address: string,
  count: number,
  reading: Reading,
): Promise<LiveClient[]> {
  const tokens = await makeTokens(databaseUrl, count);
  return Promise.all(tokens.map((token) => openClient(life, address, token, reading)));
}

async function openClient(life: Lifetime, address: string, token: string, reading: Reading): Promise<LiveClient> {
  const ended = new AbortController();
  life.onEnd(async () => ended.abort());
  const { signal } = ended;
  const headers = { authorization: `Bearer ${token}` };
  const client = { messages: 0, reads: 0 };
  const readList = async (): Promise<void> => {
    client.reads += 1;
    const response = await fetch(`${address}/api/v1/sagas`, { headers, signal });
    if (!response.ok) throw new Error(`a list was refused: ${response.status} ${await response.text()}`);
    await response.json();
  };
  const news = coalesce(
    (keys) => (concernsList(keys) ? readList().catch(unlessAborted) : Promise.resolve()),
    (ms) => pause(ms),
    () => performance.now(),
  );
  const response = await fetch(`${address}/api/v1/live`, { headers, signal });
  if (!response.ok || response.body === null) throw new Error(`a stream was refused: ${response.status}`);
  hear(response.body, (keys) => {
    client.messages += 1;
    if (reading.on) news.add(keys);
  }).catch(unlessAborted);
  return client;
}

// As the page does it: a key makes some queries stale, and on /sagas the list is one of them.
const concernsList = (keys: ReadonlySet<string>): boolean =>
  [...keys].some((key) => queryKeysOf(key)?.some((query) => query[0] === 'sagas' && query[1] === 'list') ?? true);

async function hear(body: ReadableStream<Uint8Array>, onKeys: (keys: string[]) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^event: keys\ndata: (.*)$/m.exec(message)?.[1];
      const keys = data === undefined ? null : keysOf(data);
      if (keys !== null) onKeys(keys);
    }
  }
}

function unlessAborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

async function makeTokens(databaseUrl: string, count: number): Promise<string[]> {
  const made = Array.from({ length: count }, newToken);
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    await database.query(
      `INSERT INTO sagascope.api_token (id, name, token_hash, prefix, scopes, created_by)
       SELECT id, 'client ' || n, hash, prefix, '{read}', 'bench'
       FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY t (id, hash, prefix, n)`,
      [made.map(() => randomUUID()), made.map(({ hash }) => hash), made.map(({ prefix }) => prefix)],
    );
  } finally {
    await database.end();
  }
  return made.map(({ token }) => token);
}
