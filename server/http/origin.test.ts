import { afterEach, describe, expect, it, vi } from 'vitest';
import { refuseForeignHost, refuseForeignOrigin } from './origin';

const write = (headers: Record<string, string>) =>
  new Request('http://127.0.0.1:3000/x', { method: 'POST', headers: { host: '127.0.0.1:3000', ...headers } });

afterEach(() => vi.unstubAllEnvs());

describe('a write to a console with an https address', () => {
  it.each([
    ['its own page', { host: 'sagas.example', origin: 'https://sagas.example' }, true],
    ['its own page, through a proxy that calls it by another name', { origin: 'https://sagas.example' }, true],
    ['an http page under its name', { host: 'sagas.example', origin: 'http://sagas.example' }, false],
    ['another port of its name', { host: 'sagas.example', origin: 'https://sagas.example:8443' }, false],
    ['a page of the same machine', { origin: 'http://127.0.0.1:3000' }, true],
    ['a name below it', { host: 'sagas.example', origin: 'https://evil.sagas.example' }, false],
    ['no page: a program', { host: 'sagas.example' }, true],
    ['a page without an origin', { host: 'sagas.example', origin: 'null' }, false],
  ])('from %s', (_, headers, allowed) => {
    vi.stubEnv('SAGASCOPE_URL', 'https://sagas.example');
    const ask = () => refuseForeignOrigin(write(headers));
    if (allowed) expect(ask).not.toThrow();
    else expect(ask).toThrow('Another site may not write here');
  });

  it('under a name that is not its own is not answered at all', () => {
    vi.stubEnv('SAGASCOPE_URL', 'https://sagas.example');
    expect(() => refuseForeignHost(write({ host: 'evil.example' }))).toThrow('does not answer at this name');
    expect(() => refuseForeignHost(write({ host: 'sagas.example' }))).not.toThrow();
  });
});
