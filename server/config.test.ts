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
    [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN must have at least 16 characters.'],
    [{ TRACE_URL_TEMPLATE: 'javascript:alert(1)' }, 'TRACE_URL_TEMPLATE must begin with http:// or https://.'],
  ])('refuses %o in one sentence', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });

  it('names every mistake', () => {
    expect(() => readConfig({ PORT: 'x', SAGASCOPE_ROLE: 'y' })).toThrow(/^PORT .*\nSAGASCOPE_ROLE .*$/);
  });
});
