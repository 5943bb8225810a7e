import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Lifetime } from './lifetime';

/** The root of the project. */
export const ROOT = path.join(import.meta.dirname, '..');

/**
 * Starts a Node program that ends with us, even when we are killed. It is its own process group: we choose when it
 * stops, not the terminal. `line` gets what it prints.
 */
export function spawnNode(
  life: Lifetime,
  args: readonly string[],
  { env = {}, line }: { env?: Readonly<Record<string, string>>; line: (text: string) => void },
): { child: ChildProcess; exited: Promise<string> } {
  const child = spawn(process.execPath, ['--import', './scripts/end-with-parent.mjs', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env, SAGASCOPE_PARENT: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', line);
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  life.onEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(child), 4_000);
    await exited;
    clearTimeout(timer);
  });
  return { child, exited };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
}
