import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { OperatorError } from '@/server/operator-error';

const SYSTEM = [
  'chromium',
  'google-chrome',
  'google-chrome-stable',
  'chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a Chromium: Playwright's own, else the system's, else one installed now. */
export async function findBrowser(say: (line: string) => void): Promise<string> {
  const present = installedBrowser();
  if (present !== undefined) return present;
  if (process.getuid?.() === 0 && works('apt-get')) {
    say('installing a browser (apt-get install chromium)');
    attempt('apt-get', ['update', '-qq']);
    attempt('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
    const installed = installedBrowser();
    if (installed !== undefined) return installed;
  }
  say('installing a browser (npx playwright install chromium)');
  attempt(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  const installed = installedBrowser();
  if (installed !== undefined) return installed;
  throw new OperatorError(
    'The browser tests need a browser and none could be installed: install chromium or google-chrome.',
  );
}

/** The path of a Chromium that is here already. */
export function installedBrowser(): string | undefined {
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  // Started once: on some systems the command is there and only says that it wants to be installed.
  return SYSTEM.map((name) => (name.startsWith('/') ? name : onPath(name))).find(
    (file) => file !== undefined && works(file),
  );
}

function onPath(name: string): string | undefined {
  const found = spawnSync(process.platform === 'win32' ? 'where' : 'which', [name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.split('\n')[0]?.trim() : undefined;
}

function works(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function attempt(program: string, args: readonly string[]): void {
  spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}
