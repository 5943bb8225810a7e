import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedInUse } from './embedded-db';
import { alive, databaseError, readPostmasterFile, untilGone } from './postgres/cluster';

const ROOT = path.join(import.meta.dirname, '..');
const program = `
  import { startEmbedded } from './scripts/embedded-db.ts';
  try {
    const database = await startEmbedded(process.argv[1], () => undefined);
    console.log(JSON.stringify({ how: database.how, url: database.url }));
    process.on('SIGTERM', () => database.stop().then(() => process.exit(0)));
    setInterval(() => undefined, 1000);
  } catch (error) {
    console.log(JSON.stringify({ error: error.name + ': ' + error.message }));
    process.exit(1);
  }`;

let temporary: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  temporary = await mkdtemp(path.join(await realpath(os.tmpdir()), 'sagascope-embedded-'));
  await chmod(temporary, 0o755);
  folder = path.join(temporary, '.sagascope');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  const left = await postmaster();
  if (left !== undefined) await untilGone(left.pid, 20_000);
  await rm(temporary, { recursive: true, force: true });
});

/** A console's database in a process of its own; answers its first line. */
async function start(where = folder) {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program, where], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, said: JSON.parse(line) as { how?: string; url?: string; error?: string } };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function ask(url: string | undefined, sql: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

const postmaster = () => readPostmasterFile(path.join(folder, 'postgres'));

describe('the embedded PostgreSQL', () => {
  it('is created, stops with its console, and has its data the next time', async () => {
    const first = await start();
    expect(first.said.how).toBe('created');
    await ask(first.said.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    const { pid } = (await postmaster())!;
    await stop(first.child);
    expect(alive(pid)).toBe(false);

    const second = await start();
    expect(second.said.how).toBe('started');
    expect(await ask(second.said.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    // a Chinese text has trigrams
    await ask(second.said.url, 'CREATE EXTENSION IF NOT EXISTS pg_trgm');
    expect(await ask(second.said.url, `SELECT cardinality(show_trgm('仓库')) > 0 AS found`)).toEqual([{ found: true }]);
    await stop(second.child);
  });

  it('ends with a console that is killed', async () => {
    const { child } = await start();
    const { pid } = (await postmaster())!;
    await stop(child, 'SIGKILL');
    await expect.poll(() => alive(pid), { timeout: 15_000 }).toBe(false);
  });

  it('refuses a second console while the first one lives, and stays with the first', async () => {
    const { child, said } = await start();
    const second = await start();
    expect(second.said.error).toBe(
      `OperatorError: Another console (process ${child.pid}) is using this folder's database: stop it, or start this one with DATABASE_URL.`,
    );
    expect(await embeddedInUse(folder)).toBe(said.url);
    expect(await ask(said.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await stop(child);
    expect(await embeddedInUse(folder)).toBeUndefined();
  });

  it('takes over what a killed console left running', async () => {
    const { child } = await start();
    const { pid } = (await postmaster())!;
    // the watcher of the console, so that PostgreSQL outlives it
    process.kill(await watcherOf(pid), 'SIGKILL');
    await stop(child, 'SIGKILL');
    expect(alive(pid)).toBe(true);
    const next = await start();
    expect(next.said.how).toBe('adopted');
    expect((await postmaster())?.pid).toBe(pid);
    await stop(next.child);
    expect(alive(pid)).toBe(false);
  });

  it('starts over a pid file whose process is somebody else', async () => {
    const file = path.join(folder, 'postgres', 'postmaster.pid');
    await writeFile(file, `${process.pid}\n${path.dirname(file)}\n1\n1\n\n127.0.0.1\n\nready   \n`);
    const { child, said } = await start();
    expect(said.how).toBe('started');
    expect(await ask(said.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await stop(child);
  });

  it('comes back when it is killed itself', async () => {
    const { child, said } = await start();
    const { pid } = (await postmaster())!;
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => ask(said.url, 'SELECT one FROM kept').catch(() => []), { timeout: 30_000 })
      .toEqual([{ one: 1 }]);
    await stop(child);
  });

  it('says in one sentence that the folder cannot be written', async () => {
    const file = path.join(temporary, 'a-file');
    await writeFile(file, 'precious');
    const { said } = await start(file);
    expect(said.error).toBe(
      `OperatorError: The folder ${file} cannot be written (EEXIST): give this user the right to, or give DATABASE_URL.`,
    );
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  it('says in one sentence that the disk is full', () => {
    expect(
      databaseError('FATAL:  could not write lock file "postmaster.pid": No space left on device', 'x').message,
    ).toBe('The disk is full: free some space and start again. Nothing that was written is lost.');
  });
});

async function watcherOf(pid: number): Promise<number> {
  const ps = spawn('ps', ['-eo', 'pid=,args='], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: ps.stdout })) {
    if (line.includes(`sagascope-watch ${pid} `)) return Number(line.trim().split(' ')[0]);
  }
  throw new Error(`PostgreSQL ${pid} has no watcher`);
}
