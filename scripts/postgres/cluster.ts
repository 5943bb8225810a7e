import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '@/server/operator-error';
import type { Account, Binaries } from './binaries';

/** The role that owns an embedded cluster. */
export const CLUSTER_ROLE = 'sagascope';

/** One running postmaster. */
export interface Cluster {
  pid: number;
  port: number;
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>;
  /** It no longer ends with this process. */
  letGo(): void;
  /** Resolves when the process is gone, whoever ended it. */
  exited: Promise<void>;
}

interface Home {
  binaries: Binaries;
  account: Account;
  /** absolute */
  dataFolder: string;
}

/**
 * Makes a new cluster. It appears under its name only when complete; an interrupted attempt leaves no half of one.
 * `durable: false`, for tests, does not wait for the disk.
 */
export async function createCluster(
  { binaries, account, dataFolder }: Home,
  password: string,
  { durable = true } = {},
): Promise<void> {
  const unfinished = `${dataFolder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const passwordFile = path.join(path.dirname(unfinished), 'password.new');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) {
    await chown(unfinished, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
  const args = [
    '-D',
    unfinished,
    '-U',
    CLUSTER_ROLE,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
  ];
  const initdb = spawn(
    binaries.initdb,
    [
      ...args,
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--locale=${locale}`,
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    { ...account, cwd: path.dirname(unfinished), stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let complaint = '';
  initdb.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = await once(initdb, 'close');
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw databaseError(complaint, `The database could not be created in ${dataFolder}`);
  }
  await rename(unfinished, dataFolder);
}

/**
 * Starts a cluster on 127.0.0.1 and waits until it takes connections. It ends with this process, even when that is
 * killed. `settings` are postgresql.conf names; `logFile` is appended to. `port` 0 or absent: a free one.
 */
export async function startCluster(
  home: Home & { logFile: string; settings: Readonly<Record<string, string | number>>; port?: number },
): Promise<Cluster> {
  const port = home.port ?? (await freePort());
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port, ...home.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(home.logFile, 'a');
  const before = (await stat(home.logFile)).size;
  const postgres = spawn(home.binaries.postgres, ['-D', home.dataFolder, ...flags], {
    ...home.account,
    cwd: home.dataFolder,
    stdio: ['ignore', log.fd, log.fd],
    // Ctrl-C reaches everything in the terminal's process group: the database must outlive what writes to it.
    detached: true,
  });
  const failed = new Promise<never>((_, reject) => postgres.once('error', reject));
  const exited = new Promise<void>((resolve) => postgres.once('exit', () => resolve()));
  await Promise.race([once(postgres, 'spawn'), failed]);
  await log.close();
  postgres.unref();
  const { pid } = postgres;
  if (pid === undefined) throw new Error('a spawned process has a pid');
  const letGo = endWithUs(pid, home);
  void exited.then(letGo);
  for (;;) {
    if (postgres.exitCode !== null || postgres.signalCode !== null) {
      const text = (await readFile(home.logFile)).subarray(before).toString();
      if (home.port === undefined && /Address already in use|could not bind/.test(text)) return startCluster(home);
      throw databaseError(text, `PostgreSQL did not start (log: ${home.logFile})`);
    }
    const file = await readPostmasterFile(home.dataFolder);
    if (file?.pid === pid && file.status === 'ready') break;
    await delay(20);
  }
  return { pid, port, exited, letGo, stop: () => stopProcess(pid) };
}

/** Takes over a postmaster that an earlier console left behind. */
export function adoptCluster(home: Home, { pid, port }: { pid: number; port: number }): Cluster {
  const letGo = endWithUs(pid, home);
  const exited = untilGone(pid).then(letGo);
  return { pid, port, exited, letGo, stop: () => stopProcess(pid) };
}

/** What postmaster.pid of a data folder says; undefined: there is none, or it is being written. */
export async function readPostmasterFile(
  dataFolder: string,
): Promise<{ pid: number; port: number; status: string } | undefined> {
  const file = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/** Resolves when no process has this pid. */
export async function untilGone(pid: number, timeoutMs = Infinity): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (alive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(50, undefined, { ref: timeoutMs !== Infinity });
  }
  return true;
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** One sentence for what PostgreSQL or the file system said. */
export function databaseError(text: string, otherwise: string): OperatorError {
  if (/No space left on device|ENOSPC/.test(text)) {
    return new OperatorError('The disk is full: free some space and start again. Nothing that was written is lost.');
  }
  if (/has wrong ownership|Permission denied|EACCES/.test(text)) {
    return new OperatorError(
      'The database folder belongs to another user: start as that user, or give the folder to this one.',
    );
  }
  const fatal = text.split('\n').filter((line) => /FATAL|PANIC|error:/.test(line));
  return new OperatorError(
    `${otherwise}: ${(fatal.at(-1) ?? text.trim().split('\n').at(-1) ?? 'it gave no reason').trim()}`,
  );
}

async function stopProcess(pid: number): Promise<void> {
  // Fast shutdown first; the immediate one loses nothing either, the next start replays the log.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!alive(pid)) return;
    process.kill(pid, signal);
    if (await untilGone(pid, 5_000)) return;
  }
  process.kill(pid, 'SIGKILL');
  await untilGone(pid, 5_000);
}

/**
 * A shell that waits for our end of a pipe to close, which happens however we end, SIGKILL included, and then asks the
 * postmaster to stop. Answers what calls it off. Where there is no shell the next start adopts the postmaster.
 */
function endWithUs(pid: number, { account, dataFolder }: Home): () => void {
  if (process.platform === 'win32') return () => undefined;
  const script = 'cat >/dev/null; [ "$(head -n 1 "$2/postmaster.pid")" = "$1" ] && kill -INT "$1"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sagascope-watch', String(pid), dataFolder], {
    ...account,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.on('error', (error) => console.warn(`PostgreSQL will not end with a killed console: ${error.message}`));
  watcher.stdin.on('error', () => undefined); // the watcher was killed: nothing to close
  watcher.unref();
  if ('unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') watcher.stdin.unref();
  return () => {
    watcher.kill('SIGKILL');
  };
}
