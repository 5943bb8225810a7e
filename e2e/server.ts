import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { SECRET_ENV } from '@/demo/register';
import { SECRET } from '@/demo/test-shop';
import { accountFor, findBinaries } from '@/scripts/postgres/binaries';
import { CLUSTER_ROLE, createCluster, freePort, startCluster } from '@/scripts/postgres/cluster';
import { VARIABLES } from './addresses';

const PASSWORD = 'browser';

/**
 * Playwright's global set-up: a PostgreSQL of its own in a temporary folder, a console for all journeys, one over an
 * empty database, and a way to stop and start the database. Answers the tear-down.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(await realpath(os.tmpdir()), 'sagascope-browser-'));
  await chmod(folder, 0o755);
  const database = await startDatabase(folder);
  const urlOf = (name: string) => `postgres://${CLUSTER_ROLE}:${PASSWORD}@127.0.0.1:${database.port}/${name}`;
  const stops: (() => Promise<void>)[] = [];
  const tearDown = async () => {
    for (const stop of stops.toReversed()) await stop();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const names = ['journeys', 'empty'] as const;
    const client = new Client({ connectionString: urlOf('postgres') });
    await client.connect();
    for (const name of names) await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    // One after the other: the first may have to build the pages.
    process.env[VARIABLES.console] = await startConsole(urlOf('journeys'), stops);
    process.env[VARIABLES.emptyConsole] = await startConsole(urlOf('empty'), stops);
    process.env[VARIABLES.database] = urlOf('journeys');
    process.env[VARIABLES.control] = await startControl(database, stops);
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

async function startDatabase(folder: string) {
  const dataFolder = path.join(folder, 'postgres');
  const account = await accountFor(dataFolder);
  const home = { binaries: await findBinaries(account), account, dataFolder };
  await createCluster(home, PASSWORD, { durable: false });
  const port = await freePort();
  const start = () =>
    startCluster({
      ...home,
      port,
      logFile: path.join(folder, 'postgres.log'),
      settings: { max_connections: 200, fsync: 'off' },
    });
  let running: Awaited<ReturnType<typeof start>> | undefined = await start();
  return {
    port,
    start: async () => {
      running ??= await start();
    },
    stop: async () => {
      await running?.stop();
      running = undefined;
    },
  };
}

/** `npm start` as a person would, on a free port; answers its address when it is healthy. */
async function startConsole(databaseUrl: string, stops: (() => Promise<void>)[]): Promise<string> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', './scripts/end-with-parent.mjs', 'scripts/run.mjs', 'start'], {
    cwd: path.join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      SAGASCOPE_PARENT: String(process.pid),
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      HOST: '127.0.0.1',
      SAGASCOPE_ROLE: 'all',
      NODE_ENV: 'production',
      [SECRET_ENV]: SECRET,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = once(child, 'close');
  stops.push(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const printed: string[] = [];
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        printed.push(line);
        if (/ready: http/.test(line)) resolve();
      });
    }
  });
  const died = exited.then(() => {
    throw new Error(`The console did not start:\n${printed.join('\n')}`);
  });
  await Promise.race([ready, died]);
  died.catch(() => undefined); // it also ends when it is stopped
  return `http://127.0.0.1:${port}`;
}

async function startControl(
  database: { start(): Promise<void>; stop(): Promise<void> },
  stops: (() => Promise<void>)[],
): Promise<string> {
  const port = await freePort();
  const server = createServer((request, response) => {
    const act = request.url === '/stop' ? database.stop : database.start;
    act().then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${port}`;
}
