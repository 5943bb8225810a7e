import { existsSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Administration, ensureAdministrator } from '@/server/account/first-administrator';
import { refuseDemoPeople } from '@/server/account/demo-people';
import { type Config, config } from '@/server/config';
import { pgQuery, type Query } from '@/server/db/query';
import { OperatorError } from '@/server/operator-error';
import { startWorker } from '@/worker/main';
import { ensureBuilt } from './build';
import { ROOT } from './child';
import { startEmbedded } from './embedded-db';
import type { Lifetime } from './lifetime';
import { migrate } from './migrate';
import { webServer } from './web-server';

export interface RunningConsole {
  /** http://127.0.0.1:3000 */
  address: string;
  databaseUrl: string;
  /** Where the first administrator is made; null: there is one. For the terminal alone. */
  setUp: { address: string; expiresAt: Date } | null;
}

/** What a command does as soon as there are tables: the pages take longer. */
export interface OnTables {
  /** People of this command's own, before anybody is asked for. */
  people?: (query: Query) => Promise<void>;
  begin?: (running: RunningConsole) => void;
}

/** Starts the console as the environment says: database, tables, people, worker, pages. `say` gets progress, line by line. */
export async function startConsole(
  life: Lifetime,
  say: (line: string) => void,
  onTables: OnTables = {},
): Promise<RunningConsole> {
  if (existsSync(path.join(ROOT, '.env'))) process.loadEnvFile(path.join(ROOT, '.env'));
  const settings = config();
  // The port first: who finds it taken has started nothing that would have to be stopped.
  const web = settings.role === 'worker' ? undefined : await listen(life, settings);
  const databaseUrl = settings.databaseUrl ?? (await startOwnDatabase(life, say));
  process.env.DATABASE_URL = databaseUrl;
  const { applied, rightText } = await migrate(databaseUrl);
  say(
    applied.length === 0
      ? 'tables: up to date'
      : `tables: ${applied.length} migration${applied.length === 1 ? '' : 's'} applied`,
  );
  say(`right on the logs: ${rightText}`);
  const administration = await seeToPeople(databaseUrl, settings, onTables.people);
  if (administration.state === 'made') say(`first administrator: ${administration.email}, made from the environment`);
  const address = addressOf(settings);
  const running = { address, databaseUrl, setUp: setUpOf(administration, settings.url ?? address) };
  onTables.begin?.(running);
  if (settings.role !== 'web') superviseWorker(life, databaseUrl, say);
  if (web !== undefined) {
    await ensureBuilt(life, say);
    web.serve(await pages(settings));
  }
  return running;
}

/** Waits until the console answers for its database too. */
export async function untilHealthy(life: Lifetime, { address }: RunningConsole): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!life.signal.aborted) {
    const response = await fetch(`${address}/api/health`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    await response?.body?.cancel();
    if (response?.ok === true) return;
    if (Date.now() > deadline)
      throw new OperatorError(`The console does not become healthy: see ${address}/api/health.`);
    await delay(100);
  }
}

async function seeToPeople(databaseUrl: string, settings: Config, people: OnTables['people']): Promise<Administration> {
  // Who only follows the logs serves nobody.
  if (settings.role === 'worker') return { state: 'there' };
  const client = new Client({ connectionString: databaseUrl, application_name: 'sagascope start' });
  await client.connect();
  try {
    const query = pgQuery(client);
    await query('BEGIN');
    await people?.(query);
    await refuseDemoPeople(query, settings);
    const administration = await ensureAdministrator(query, settings.admin);
    await query('COMMIT');
    return administration;
  } finally {
    await client.end();
  }
}

function setUpOf(administration: Administration, origin: string): RunningConsole['setUp'] {
  if (administration.state !== 'link') return null;
  return { address: origin + administration.path, expiresAt: administration.expiresAt };
}

async function startOwnDatabase(life: Lifetime, say: (line: string) => void): Promise<string> {
  const database = await startEmbedded(path.join(ROOT, '.sagascope'), say);
  life.onEnd(() => database.stop());
  process.env.SAGASCOPE_EMBEDDED = '1'; // the diagnostics page says so
  const how = { created: 'created', started: 'started', adopted: 'taken over from a console that was killed' }[
    database.how
  ];
  say(`database: embedded PostgreSQL in .sagascope, ${how}`);
  return database.url;
}

const starting: RequestListener = (_, response) => {
  response
    .writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '1' })
    .end('The console is starting.\n');
};

async function listen(life: Lifetime, settings: Config): Promise<{ serve(handler: RequestListener): void }> {
  const { host, port } = settings;
  let handler = starting;
  const server = webServer(settings, () => handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new OperatorError(whyNotListening(error, host, port), { cause: error })),
    );
    server.listen(port, host, resolve);
  });
  server.on('error', (error) => console.error(error));
  life.onEnd(() => close(server));
  return {
    serve: (next) => {
      handler = next;
    },
  };
}

function whyNotListening({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use: stop what listens there, or choose another with PORT=${port + 1}.`;
  if (code === 'EACCES') return `Port ${port} is not allowed for this user: choose one above 1023 with PORT.`;
  return `The console cannot listen on ${host}:${port}: ${message}.`;
}

async function pages({ host, port }: Config): Promise<RequestListener> {
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });
  const { default: next } = await import('next');
  const app = next({ dev: false, dir: ROOT, hostname: host, port });
  await app.prepare();
  const handle = app.getRequestHandler();
  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

async function close(server: Server): Promise<void> {
  // Event streams never end by themselves; what is being answered gets a moment.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, delay(300)]);
  server.closeAllConnections();
  await closed;
}

// The worker waits for a database that went away by itself; whatever else ends it is told, and it is started again.
function superviseWorker(life: Lifetime, databaseUrl: string, say: (line: string) => void): void {
  let current: Awaited<ReturnType<typeof startWorker>> | undefined;
  life.onEnd(async () => current?.stop());
  const keep = async () => {
    for (let wait = 500; !life.signal.aborted; wait = Math.min(wait * 2, 30_000)) {
      const since = Date.now();
      try {
        current = await startWorker({ databaseUrl, log: say });
        await current.done;
        if (!life.signal.aborted) say('The worker has ended; starting it again.');
      } catch (error) {
        say(`The worker has stopped and is started again: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (Date.now() - since > 60_000) wait = 500;
      if (!life.signal.aborted) await delay(wait);
    }
  };
  void keep();
}

function addressOf({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
