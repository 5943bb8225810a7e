import { describe, expect, it } from 'vitest';
import { readConfig } from './config';

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toMatchObject({ databaseUrl: undefined, port: 3000, host: '127.0.0.1', role: 'all' });
  });

  it('takes an empty variable as absent', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '' })).toMatchObject({ databaseUrl: undefined, port: 3000 });
  });

  it.each([
    [{ PORT: '70000' }, 'PORT must be a number from 1 to 65535.'],
    [{ PORT: 'http' }, 'PORT must be a number from 1 to 65535.'],
    [{ HOST: '0.0.0.0/0' }, 'HOST must be an address or a name of this machine, as in 127.0.0.1.'],
    [
      { DATABASE_URL: 'mysql://x' },
      'DATABASE_URL must begin with postgres://, as in postgres://user:password@host:5432/database.',
    ],
    [{ SAGASCOPE_ROLE: 'boss' }, 'SAGASCOPE_ROLE must be all, web or worker.'],
    [{ SAGASCOPE_ROLE: 'web' }, 'SAGASCOPE_ROLE=web needs DATABASE_URL: the embedded database serves one process.'],
    [
      { DATABASE_REPLICA_URL: 'postgres://x' },
      'DATABASE_REPLICA_URL needs DATABASE_URL, the primary that it is a replica of.',
    ],
    [
      { SAGASCOPE_ADMIN_EMAIL: 'ada@example.com' },
      'SAGASCOPE_ADMIN_EMAIL and SAGASCOPE_ADMIN_PASSWORD go together: give both, or neither.',
    ],
    [
      { SAGASCOPE_ADMIN_EMAIL: 'ada@example.com', SAGASCOPE_ADMIN_PASSWORD: 'short' },
      'SAGASCOPE_ADMIN_PASSWORD must have at least 12 characters.',
    ],
    [
      { OIDC_ISSUER: 'https://id.example.com' },
      'OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: give all three, or none.',
    ],
    [
      { OIDC_ISSUER: 'http://id.example.com', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' },
      'OIDC_ISSUER must begin with https://',
    ],
    [
      { OIDC_ISSUER: 'http://localhost.example.com', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' },
      'OIDC_ISSUER must begin with https://',
    ],
    [
      { SAGASCOPE_URL: 'https://console.example.com/path' },
      'SAGASCOPE_URL must be the address that browsers use, as in https://sagascope.example.com.',
    ],
    [
      { SAGASCOPE_TRUSTED_PROXIES: '10.0.0.5, proxy.internal' },
      'SAGASCOPE_TRUSTED_PROXIES must list addresses or networks, as in 10.0.0.5,10.1.0.0/16.',
    ],
    [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 16 characters.'],
    [{ TRACE_URL_TEMPLATE: 'javascript:alert(1)' }, 'TRACE_URL_TEMPLATE must begin with http:// or https://.'],
  ])('refuses %o in one sentence', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });

  it.each(['http://127.0.0.1:9000', 'http://localhost:9000/realms/a', 'http://[::1]:9000', 'https://id.example.com'])(
    'takes the issuer %s',
    (issuer) => {
      const oidc = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' };
      expect(readConfig(oidc).oidc).toMatchObject({ issuer, name: 'single sign-on' });
    },
  );

  it('names every mistake', () => {
    expect(() => readConfig({ PORT: 'x', SAGASCOPE_ROLE: 'y' })).toThrow(/^PORT .*\nSAGASCOPE_ROLE .*$/);
  });
});
