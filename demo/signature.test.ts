import { expect, test } from 'vitest';
import { sign, verify } from './signature';

const CALL = { method: 'POST', path: '/sagas/1/steps/a/compensate', key: 'k:a', body: '{"undoes":"1"}' };

test('a fresh signature of the same call is good for 300 seconds', () => {
  const header = sign('secret', 1_000, CALL);
  expect(verify('secret', 1_000, CALL, header)).toBe(true);
  expect(verify('secret', 1_300, CALL, header)).toBe(true);
  expect(verify('secret', 1_301, CALL, header)).toMatch(/300 s old/);
  expect(verify('secret', 699, CALL, header)).toMatch(/300 s old/);
});

test.each([
  ['another secret', 'other', CALL],
  ['another body', 'secret', { ...CALL, body: '{}' }],
  ['another key', 'secret', { ...CALL, key: 'k:b' }],
  ['another path', 'secret', { ...CALL, path: '/sagas/2/steps/a/compensate' }],
])('%s does not fit', (_name, secret, call) => {
  expect(verify(secret, 1_000, call, sign('secret', 1_000, CALL))).toMatch(/does not fit/);
});

test('no signature, or one of another form, is refused', () => {
  expect(verify('secret', 1_000, CALL, undefined)).toMatch(/missing/);
  expect(verify('secret', 1_000, CALL, 't=1,v1=zz')).toMatch(/missing/);
});
