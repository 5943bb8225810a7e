import { describe, expect, it } from 'vitest';
import { ADMIN_EVERYWHERE, machineWith, personWith } from '@/server/auth/test-actors';
import { keysFor, messageOf } from './live-message';

const message = {
  keys: ['events'],
  groups: [
    { tenant: 'acme', sagaType: 'orders', keys: ['saga:a'] },
    { tenant: 'acme', sagaType: 'payouts', keys: ['saga:p'] },
    { tenant: 'globex', sagaType: 'orders', keys: ['saga:g'] },
    { tenant: '', sagaType: 'orders', keys: ['saga:none'] },
    { tenant: 'globex', keys: ['flow:g'] },
    { tenant: '', keys: ['flow:none'] },
  ],
};
const all = ['events', 'saga:a', 'saga:p', 'saga:g', 'saga:none', 'flow:g', 'flow:none'];

describe('what a stream tells', () => {
  it.each([
    ['of all tenants', ADMIN_EVERYWHERE, null, all],
    ['of one tenant', personWith('viewer', { tenants: ['acme'] }), null, ['events', 'saga:a', 'saga:p']],
    [
      'of one type: an event tells none',
      personWith('viewer', { sagaTypes: ['orders'] }),
      null,
      ['events', 'saga:a', 'saga:g', 'saga:none'],
    ],
    ['who looks at one tenant', ADMIN_EVERYWHERE, 'globex', ['events', 'saga:g', 'flow:g']],
    ['who looks at a tenant that is not theirs', personWith('viewer', { tenants: ['acme'] }), 'globex', ['events']],
    [
      'a machine that only intervenes',
      machineWith(['intervene']),
      null,
      ['events', 'saga:a', 'saga:p', 'saga:g', 'saga:none'],
    ],
  ])('%s', (_, actor, tenant, expected) => {
    expect(keysFor({ actor, tenant }, message)).toEqual(expected);
  });
});

it('a message that is none of ours is none', () => {
  expect(messageOf('{"keys":["sagas"]}')).toEqual({ keys: ['sagas'] });
  expect(messageOf('{"keys":"sagas"}')).toBeNull();
  expect(messageOf('not json')).toBeNull();
});
