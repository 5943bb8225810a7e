import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keptPassword } from './demo-password';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sagascope-demo-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('makes a password once, for its owner alone to read', async () => {
  const file = path.join(folder, '.sagascope', 'demo-password');
  const password = await keptPassword(file);
  expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await chmod(file, 0o644);
  expect(await keptPassword(file)).toBe(password);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('makes a new one in place of one that is too short', async () => {
  const file = path.join(folder, 'demo-password');
  await writeFile(file, 'short\n');
  const password = await keptPassword(file);
  expect(password.length).toBeGreaterThan(20);
  expect((await readFile(file, 'utf8')).trim()).toBe(password);
});
