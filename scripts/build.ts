import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OperatorError } from '@/server/operator-error';
import { ROOT, spawnNode } from './child';
import type { Lifetime } from './lifetime';

const FOLDERS = ['app', 'client', 'components', 'core', 'public', 'server'];
const FILES = ['next.config.js', 'package-lock.json', 'prisma/schema.prisma', 'proxy.ts'];
const NOT_BUILT = /\.test\.tsx?$|[\\/]generated[\\/]/;

/** Builds the pages when a source has changed since the last build. Answers whether it had to. */
export async function ensureBuilt(life: Lifetime, say: (line: string) => void): Promise<boolean> {
  const { folder, stamp } = place();
  const sources = await hashSources();
  if (await isOf(sources)) return false;
  // An interrupted build is none.
  await rm(stamp, { force: true });
  say('building the pages (half a minute, after a change only)');
  const printed: string[] = [];
  const { child, exited } = spawnNode(life, ['node_modules/next/dist/bin/next', 'build'], {
    env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    line: (text) => {
      printed.push(text);
      if (/^ *(✓|Creating|Collecting|Finalizing)/.test(text)) say(`  ${text.trim()}`);
    },
  });
  const how = await exited;
  if (child.exitCode !== 0 || !existsSync(path.join(folder, 'BUILD_ID'))) {
    if (life.signal.aborted) throw new OperatorError('The build was stopped.');
    const text = printed.join('\n');
    if (/ENOSPC|No space left/.test(text))
      throw new OperatorError('The disk is full: free some space and start again.');
    if (/EACCES|EROFS/.test(text))
      throw new OperatorError(`The folder ${folder} cannot be written: give this user the right to.`);
    throw new OperatorError(`The pages could not be built (${how}):\n${text}`);
  }
  await writeFile(stamp, sources);
  return true;
}

/** Whether the pages of the sources as they are now have been built. */
export const isBuilt = async (): Promise<boolean> => isOf(await hashSources());

function place(): { folder: string; stamp: string } {
  const folder = path.join(ROOT, process.env.SAGASCOPE_DIST_DIR ?? '.next');
  return { folder, stamp: path.join(folder, 'sagascope-sources') };
}

async function isOf(sources: string): Promise<boolean> {
  const { stamp } = place();
  return existsSync(stamp) && (await readFile(stamp, 'utf8')) === sources;
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256').update(process.versions.node);
  const nested = await Promise.all(FOLDERS.map(listFiles));
  for (const file of [...FILES, ...nested.flat()].sort()) {
    if (NOT_BUILT.test(file) || !existsSync(path.join(ROOT, file))) continue;
    hash.update(`\0${file}\0`).update(await readFile(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

async function listFiles(folder: string): Promise<string[]> {
  if (!existsSync(path.join(ROOT, folder))) return [];
  const entries = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}
