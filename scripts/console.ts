import { existsSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Config, config } from '@/server/config';
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
}

/**
 * Starts the console as the environment says: database, tables, worker, pages. `say` gets progress, line by line.
 * `onTables` may begin what needs the tables only: the pages take longer.
 */
export async function startConsole(
  life: Lifetime,
  say: (line: string) => void,
  onTables: (running: RunningConsole) => void = () => undefined,
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
  const running = { address: addressOf(settings), databaseUrl };
  onTables(running);
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
