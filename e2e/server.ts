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
import { migrate } from '@/scripts/migrate';
import { accountFor, findBinaries } from '@/scripts/postgres/binaries';
import { CLUSTER_ROLE, createCluster, freePort, startCluster } from '@/scripts/postgres/cluster';
import { VARIABLES } from './addresses';
import { type Issuer, OIDC_CLIENT, startIssuer } from './issuer';
import { personOf, signInPeople, writePeople } from './people';

const PASSWORD = 'browser';

/**
 * Playwright's global set-up: a PostgreSQL of its own in a temporary folder, a console for all journeys with a
 * person of each role and an OpenID provider, one over an empty database, one that nobody has set up, and a way to stop
 * and start database and provider. Answers the tear-down.
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
    const names = ['journeys', 'empty', 'fresh'] as const;
    const client = new Client({ connectionString: urlOf('postgres') });
    await client.connect();
    for (const name of names) await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    await migrate(urlOf('journeys'));
    await writePeople(urlOf('journeys'));
    const port = await freePort();
    const issuer = await startIssuer([`http://127.0.0.1:${port}/api/auth/callback/oidc`]);
    stops.push(issuer.stop);
    // One after the other: the first may have to build the pages.
    const journeys = await startConsole(urlOf('journeys'), stops, { PORT: String(port), ...oidcOf(issuer) });
    const { email, password } = personOf('admin');
    const empty = await startConsole(urlOf('empty'), stops, {
      SAGASCOPE_ADMIN_EMAIL: email,
      SAGASCOPE_ADMIN_PASSWORD: password,
    });
    const fresh = await startConsole(urlOf('fresh'), stops);
    // Cookies know no ports: each console that a journey signs in at has a name of its own.
    const emptyAddress = empty.address.replace('127.0.0.1', 'localhost');
    await signInPeople(journeys.address, emptyAddress);
    process.env[VARIABLES.console] = journeys.address;
    process.env[VARIABLES.emptyConsole] = emptyAddress;
    process.env[VARIABLES.database] = urlOf('journeys');
    process.env[VARIABLES.setUpLink] = await fresh.setUpLink;
    process.env[VARIABLES.control] = await startControl(database, issuer, stops);
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

const oidcOf = (issuer: Issuer) => ({
  OIDC_ISSUER: issuer.url,
  OIDC_CLIENT_ID: OIDC_CLIENT.id,
  OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
  OIDC_NAME: 'Test identity',
});

/** `npm start` as a person would, on a free port; answers when it is healthy. `setUpLink`: what it prints for that. */
async function startConsole(
  databaseUrl: string,
  stops: (() => Promise<void>)[],
  env: Record<string, string> = {},
): Promise<{ address: string; setUpLink: Promise<string> }> {
  const port = env.PORT ?? String(await freePort());
  const child = spawn(process.execPath, ['--import', './scripts/end-with-parent.mjs', 'scripts/run.mjs', 'start'], {
    cwd: path.join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      SAGASCOPE_PARENT: String(process.pid),
      DATABASE_URL: databaseUrl,
      PORT: port,
      HOST: '127.0.0.1',
      SAGASCOPE_ROLE: 'all',
      NODE_ENV: 'production',
      [SECRET_ENV]: SECRET,
      // Journeys say where they come from: each has tries of its own to sign in.
      SAGASCOPE_TRUSTED_PROXIES: '127.0.0.1,::1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const exited = once(child, 'close');
  stops.push(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const printed: string[] = [];
  let told: (link: string) => void = () => undefined;
  const setUpLink = new Promise<string>((resolve) => {
    told = resolve;
  });
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        printed.push(line);
        if (/ready: http/.test(line)) resolve();
        const link = /http\S+\/set-up\?token=\S+/.exec(line)?.[0];
        if (link !== undefined) told(link);
      });
    }
  });
  const died = exited.then(() => {
    throw new Error(`The console did not start:\n${printed.join('\n')}`);
  });
  await Promise.race([ready, died]);
  died.catch(() => undefined); // it also ends when it is stopped
  return { address: `http://127.0.0.1:${port}`, setUpLink };
}

async function startControl(
  database: { start(): Promise<void>; stop(): Promise<void> },
  issuer: Issuer,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const port = await freePort();
  const server = createServer((request, response) => {
    const act = {
      '/stop': database.stop,
      '/start': database.start,
      '/issuer/stop': issuer.stop,
      '/issuer/start': issuer.start,
    }[request.url ?? ''];
    (act ?? database.start)().then(
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
