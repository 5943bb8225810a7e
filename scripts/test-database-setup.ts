import { mkdtemp, readdir, realpath, rm, chmod } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from './migrate';
import { accountFor, findBinaries } from './postgres/binaries';
import { alive, CLUSTER_ROLE, createCluster, readPostmasterFile, startCluster, untilGone } from './postgres/cluster';

declare module 'vitest' {
  interface ProvidedContext {
    /** postgres:// address of the template of test databases */
    templateDatabaseUrl: string;
  }
}

const PREFIX = 'sagascope-test-';
const PASSWORD = 'test';

/** Starts a PostgreSQL for one run of the database tests, in a temporary folder, and migrates the template they clone. */
export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const temporary = await realpath(os.tmpdir());
  await removeLeftovers(temporary);
  const folder = await mkdtemp(path.join(temporary, `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755);
  const dataFolder = path.join(folder, 'postgres');
  const account = await accountFor(dataFolder);
  const home = { binaries: await findBinaries(account), account, dataFolder };
  await createCluster(home, PASSWORD, { durable: false });
  const cluster = await startCluster({
    ...home,
    logFile: path.join(folder, 'postgres.log'),
    settings: {
      max_connections: 300,
      max_prepared_transactions: 10,
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum_naptime: '5s',
    },
  });
  const server = `postgres://${CLUSTER_ROLE}:${PASSWORD}@127.0.0.1:${cluster.port}`;
  const client = new Client({ connectionString: `${server}/postgres` });
  await client.connect();
  await client.query('CREATE DATABASE sagascope_template');
  await client.end();
  await migrate(`${server}/sagascope_template`);
  project.provide('templateDatabaseUrl', `${server}/sagascope_template`);
  return async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

// A killed run cannot clean up after itself; its server ends by itself, its folder stays.
async function removeLeftovers(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || alive(Number(owner))) continue;
    const folder = path.join(temporary, name);
    const postmaster = await readPostmasterFile(path.join(folder, 'postgres'));
    if (postmaster !== undefined) await untilGone(postmaster.pid, 10_000);
    await rm(folder, { recursive: true, force: true });
  }
}
