import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(os.tmpdir(), 'sagascope-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

function runWith(node: string, ...args: string[]) {
  const pretend = path.join(folder, `node-${node}.cjs`);
  writeFileSync(
    pretend,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } });`,
  );
  return spawnSync(process.execPath, ['--require', pretend, 'scripts/run.mjs', ...args], { encoding: 'utf8' });
}

describe('run.mjs', () => {
  it.each(['14.21.3', '18.20.4', '20.18.9'])('refuses Node %s in one sentence', (node) => {
    const { status, stderr, stdout } = runWith(node, 'check');
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `Sagascope needs Node 20.19 or newer, this is ${node}: install a newer one from https://nodejs.org.\n`,
    );
  });

  it.each(['20.19.0', '22.0.0'])('takes Node %s, and names the commands there are', (node) => {
    const { status, stderr } = runWith(node, 'sing');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^There is no command sing: it is one of start, demo, test, check, [a-z, -]+\.\n$/);
  });
});
