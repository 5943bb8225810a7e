import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

/** `npm start` with other settings, to its end. */
async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'start'], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code };
}

it('says that the port is in use before anything is started', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { out, err, code } = await start({ PORT: String(port), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  other.close();
  expect({ out, err, code }).toEqual({
    out: '',
    err: `Port ${port} is in use: stop what listens there, or choose another with PORT=${port + 1}.\n`,
    code: 1,
  });
});

it('says that the database cannot be reached, and ends', async () => {
  const { err, code } = await start({ PORT: '39071', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  expect(err).toMatch(/^The database cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\. Check DATABASE_URL\.\n$/);
  expect(code).toBe(1);
});

it('names every mistake in the settings', async () => {
  const { err, code } = await start({ PORT: 'http', OIDC_ISSUER: 'id.example.com' });
  expect(err).toBe('PORT must be a number from 1 to 65535.\n' + 'OIDC_ISSUER must begin with http:// or https://.\n');
  expect(code).toBe(1);
});
