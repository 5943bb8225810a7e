import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { OperatorError } from '@/server/operator-error';
import { accountFor, findBinaries, reachableFolder } from './postgres/binaries';
import {
  adoptCluster,
  alive,
  type Cluster,
  CLUSTER_ROLE,
  createCluster,
  databaseError,
  readPostmasterFile,
  startCluster,
  untilGone,
} from './postgres/cluster';

const DATABASE = 'sagascope';
// Held by a session of the console that owns the folder: it goes when that console goes, however it goes.
const CONSOLE_LOCK = 72_707_370;
const LOG_LIMIT = 10 * 1024 * 1024;
const SETTINGS = {
  max_connections: 200,
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  jit: 'off',
  log_checkpoints: 'off',
};

export interface EmbeddedDatabase {
  url: string;
  /** how it came up, for the start-up line */
  how: 'created' | 'started' | 'adopted';
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of `folder` (`.sagascope`), creating it the first time, taking over one that a killed console
 * left behind, and starting it again should it die. Throws an OperatorError where the folder cannot be used or another
 * console is using it. Nothing in the folder is ever deleted but what an unfinished creation left.
 */
export async function startEmbedded(folder: string, say: (line: string) => void): Promise<EmbeddedDatabase> {
  const password = await preparePassword(folder);
  const account = await accountFor(path.join(folder, 'postgres'));
  const dataFolder = path.join(await reachableFolder(await realpath(folder), account), 'postgres');
  const home = { binaries: await findBinaries(account), account, dataFolder };
  const logFile = path.join(folder, 'postgres.log');
  const created = !existsSync(dataFolder);
  if (created) {
    say('creating the database (a second or two)');
    await inWords(folder, () => createCluster(home, password));
  }
  await checkVersion(dataFolder);
  await keepLogShort(logFile);

  const orphan = await findOrphan(dataFolder, password);
  const lock = new ConsoleLock(password);
  let first: Cluster;
  if (orphan === undefined) {
    first = await inWords(folder, () => startCluster({ ...home, logFile, settings: SETTINGS }));
    // Somebody was quicker and took it over: then it is theirs to stop.
    await lock.take(first.port).catch((error: unknown) => {
      first.letGo();
      throw error;
    });
  } else {
    // First the lock: a database whose console lives is not to be stopped with us.
    await lock.take(orphan.port);
    first = adoptCluster(home, orphan);
  }
  const { port } = first;
  const url = addressOf(port, password, DATABASE);
  await createDatabase(addressOf(port, password, 'postgres'));

  let cluster: Cluster | undefined = first;
  const stopping = new AbortController();
  const keepAlive = async (running: Cluster): Promise<void> => {
    await running.exited;
    cluster = undefined;
    for (let wait = 1_000; !stopping.signal.aborted; wait = Math.min(wait * 2, 30_000)) {
      say(`PostgreSQL has stopped (log: ${logFile}); starting it again`);
      try {
        cluster = await startCluster({ ...home, logFile, settings: SETTINGS, port });
        await lock.take(port);
        say('PostgreSQL is back');
        return await keepAlive(cluster);
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
        await delay(wait, undefined, { ref: false });
      }
    }
  };
  void keepAlive(first);
  return {
    url,
    how: created ? 'created' : orphan === undefined ? 'started' : 'adopted',
    stop: async () => {
      stopping.abort();
      await lock.release();
      await cluster?.stop();
    },
  };
}

/** The address of the embedded database that a living console of this folder is using; undefined: there is none. */
export async function embeddedInUse(folder: string): Promise<string | undefined> {
  const file = path.join(folder, 'password');
  if (!existsSync(file)) return undefined;
  const password = (await readFile(file, 'utf8')).trim();
  const account = await accountFor(path.join(folder, 'postgres'));
  const running = await findOrphan(
    path.join(await reachableFolder(await realpath(folder), account), 'postgres'),
    password,
  );
  if (running === undefined) return undefined;
  const client = new Client({ connectionString: addressOf(running.port, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1`,
      [CONSOLE_LOCK],
    );
    return rowCount === 0 ? undefined : addressOf(running.port, password, DATABASE);
  } finally {
    await client.end();
  }
}

/** Checks that the folder can be written, and answers the password of its database. */
async function preparePassword(folder: string): Promise<string> {
  const file = path.join(folder, 'password');
  return inWords(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const probe = path.join(folder, `.probe-${process.pid}`);
    await writeFile(probe, randomBytes(64));
    await rm(probe);
    if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
    const password = randomBytes(24).toString('hex');
    await writeFile(file, password, { mode: 0o600 });
    return password;
  });
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space and start again. Nothing that was written is lost.',
  EDQUOT: 'The disk quota is used up: free some space and start again. Nothing that was written is lost.',
};

async function inWords<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (
      !(error instanceof Error && 'code' in error && typeof error.code === 'string') ||
      error instanceof OperatorError
    )
      throw error;
    const sentence =
      WHY[error.code] ??
      `The folder ${folder} cannot be written (${error.code}): give this user the right to, or give DATABASE_URL.`;
    throw new OperatorError(sentence, { cause: error });
  }
}

async function checkVersion(dataFolder: string): Promise<void> {
  const file = path.join(dataFolder, 'PG_VERSION');
  const version = await inWords(dataFolder, async () => (await readFile(file, 'utf8')).trim());
  if (version !== '18') {
    throw new OperatorError(
      `The database in ${dataFolder} was made by PostgreSQL ${version}, this console brings 18: move the folder away, or give DATABASE_URL.`,
    );
  }
}

async function keepLogShort(logFile: string): Promise<void> {
  if (existsSync(logFile) && (await stat(logFile)).size > LOG_LIMIT) await rename(logFile, `${logFile}.old`);
}

/** A postmaster that runs on this folder although no console does. Removes a pid file that outlived its process. */
async function findOrphan(dataFolder: string, password: string): Promise<{ pid: number; port: number } | undefined> {
  const file = path.join(dataFolder, 'postmaster.pid');
  const deadline = Date.now() + 30_000;
  while (existsSync(file)) {
    const found = await readPostmasterFile(dataFolder);
    if (found !== undefined && (!alive(found.pid) || !isPostgres(found.pid))) {
      await rm(file, { force: true });
      return undefined;
    }
    if (found?.status === 'ready' && (await answers(addressOf(found.port, password, 'postgres'), dataFolder)))
      return found;
    // Starting up, or on its way out since its console was killed.
    if (found?.status === 'stopping' && (await untilGone(found.pid, 10_000))) continue;
    if (Date.now() > deadline) {
      throw new OperatorError(
        `A PostgreSQL (process ${found?.pid ?? 'unknown'}) holds ${dataFolder} and does not answer: stop it, then start again.`,
      );
    }
    await delay(100);
  }
  return undefined;
}

// Process ids are used again, after a reboot or in a new container: a stranger's process is no reason not to start.
function isPostgres(pid: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    return /postgres/.test(
      execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
    );
  } catch {
    return false; // gone between two looks
  }
}

async function answers(url: string, dataFolder: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined); // reported by the query or the connect
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
    return rows[0]?.folder === dataFolder;
  } catch {
    return false; // shutting down, or somebody else's: asked again until the deadline
  } finally {
    await client.end();
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    throw databaseError(
      error instanceof Error ? error.message : String(error),
      'The embedded database does not answer',
    );
  } finally {
    await client.end();
  }
}

/** Says who uses the folder, in the database itself. */
class ConsoleLock {
  private client: Client | undefined;

  constructor(private readonly password: string) {}

  async take(port: number): Promise<void> {
    const client = new Client({
      connectionString: addressOf(port, this.password, 'postgres'),
      application_name: `sagascope console ${process.pid}`,
      keepAlive: true,
    });
    client.on('error', () => undefined); // PostgreSQL went away; taken again when it is back
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [CONSOLE_LOCK]);
    if (rows[0]?.taken === true) {
      this.client = client;
      return;
    }
    const holder = await client.query<{ name: string }>(
      `SELECT application_name AS name FROM pg_stat_activity
       WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $1)`,
      [CONSOLE_LOCK],
    );
    await client.end();
    const pid = /\d+$/.exec(holder.rows[0]?.name ?? '')?.[0] ?? 'unknown';
    throw new OperatorError(
      `Another console (process ${pid}) is using this folder's database: stop it, or start this one with DATABASE_URL.`,
    );
  }

  async release(): Promise<void> {
    await this.client?.end().catch(() => undefined); // the session may be gone with the server
  }
}

function addressOf(port: number, password: string, database: string): string {
  return `postgres://${CLUSTER_ROLE}:${password}@127.0.0.1:${port}/${database}`;
}
