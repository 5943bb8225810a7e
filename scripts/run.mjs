// What the npm scripts call, in plain JavaScript without a dependency: it works before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE = [20, 19];
const COMMANDS = [
  'start',
  'demo',
  'test',
  'check',
  'rebuild',
  'verify',
  'define',
  'import',
  'participant-check',
  'test-faults',
  'bench',
];
// Without these the packages that only developers need may be absent.
const RUNNING = ['start', 'demo', 'rebuild', 'verify', 'define', 'import', 'participant-check'];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return;
  throw new Sentence(
    `Sagascope needs Node ${NODE.join('.')} or newer, this is ${process.versions.node}: install a newer one from https://nodejs.org.`,
  );
}

/** Whether node_modules holds what package-lock.json says; npm keeps its own list of what it installed. */
function installed(command) {
  if (!existsSync('node_modules/.package-lock.json')) return false;
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const present = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages;
  return Object.keys(wanted).every((name) => {
    if (name === '') return true;
    const { version, optional, devOptional, dev } = wanted[name];
    if (present[name]) return present[name].version === version;
    return Boolean(optional || devOptional || (dev && RUNNING.includes(command)));
  });
}

function install() {
  console.log('installing packages (npm ci)');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const done =
    npm && npm.endsWith('.js')
      ? spawnSync(process.execPath, [npm, ...args], { stdio: 'inherit' })
      : spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.signal) process.exit(1);
  if (done.status !== 0) throw new Sentence('npm ci failed: its reason is above. Repair it and run the command again.');
}

/** The Prisma client is generated code: made again when the schema or Prisma changed. */
function generateClient() {
  const stamp = path.join('node_modules', '.cache', 'sagascope', 'prisma-client');
  const hash = createHash('sha256')
    .update(readFileSync('prisma/schema.prisma'))
    .update(JSON.parse(readFileSync('node_modules/prisma/package.json', 'utf8')).version)
    .digest('hex');
  if (existsSync('server/db/generated/client.ts') && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('generating the database client');
  const done = spawnSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      // Generating needs no schema engine, but Prisma would download one unless some executable is named.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (done.signal) process.exit(1);
  if (done.status !== 0)
    throw new Sentence(`The database client could not be generated: ${(done.stderr || done.stdout).trim()}`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

class Sentence extends Error {}

async function run() {
  checkNode();
  const command = process.argv[2];
  if (!COMMANDS.includes(command))
    throw new Sentence(`There is no command ${command}: it is one of ${COMMANDS.join(', ')}.`);
  process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
  try {
    if (!installed(command)) install();
    generateClient();
  } catch (error) {
    if (error.code === 'ENOSPC') throw new Sentence('The disk is full: free some space and start again.');
    if (['EACCES', 'EROFS', 'EPERM'].includes(error.code))
      throw new Sentence(`The project folder cannot be written (${error.code}): give this user the right to.`);
    throw error;
  }
  // The command runs in this very process: signals and the exit code need no passing on.
  process.argv.splice(1, 2, path.resolve('scripts', `${command}.ts`));
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(process.argv[1]).href);
}

run().catch((error) => {
  // One sentence for what a person can repair, everything for what only we can.
  console.error(error instanceof Sentence || error.name === 'OperatorError' ? error.message : error);
  process.exit(1);
});
