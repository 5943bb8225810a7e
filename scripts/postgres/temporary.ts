import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { accountFor, findBinaries } from './binaries';
import { type Cluster, CLUSTER_ROLE, createCluster, freePort, startCluster } from './cluster';

const PASSWORD = 'temporary';

/** A PostgreSQL of its own, with one database, that is gone afterwards. */
export interface TemporaryCluster {
  databaseUrl: string;
  /** Stops it and starts it again on the same port; `crash` does not let it write anything down first. */
  restart(how: 'fast' | 'crash'): Promise<void>;
  drop(): Promise<void>;
}

/** Makes one in a temporary folder, with PostgreSQL's own durability: what was committed outlives a crash of it. */
export async function temporaryCluster(
  settings: Readonly<Record<string, string | number>> = {},
): Promise<TemporaryCluster> {
  const folder = await mkdtemp(path.join(await realpath(os.tmpdir()), 'sagascope-trial-'));
  await chmod(folder, 0o755);
  const dataFolder = path.join(folder, 'postgres');
  const account = await accountFor(dataFolder);
  const home = { binaries: await findBinaries(account), account, dataFolder };
  await createCluster(home, PASSWORD, { durable: false });
  const port = await freePort();
  const start = (): Promise<Cluster> =>
    startCluster({
      ...home,
      port,
      logFile: path.join(folder, 'postgres.log'),
      settings: { max_connections: 200, ...settings },
    });
  let running = await start();
  const urlOf = (name: string): string => `postgres://${CLUSTER_ROLE}:${PASSWORD}@127.0.0.1:${port}/${name}`;
  const client = new Client({ connectionString: urlOf('postgres') });
  await client.connect();
  await client.query('CREATE DATABASE trial');
  await client.end();
  return {
    databaseUrl: urlOf('trial'),
    restart: async (how) => {
      if (how === 'crash') {
        process.kill(running.pid, 'SIGQUIT');
        await running.exited;
      } else await running.stop();
      running = await start();
    },
    drop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
