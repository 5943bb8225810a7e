import { describe, expect, it } from 'vitest';
import type { Actor } from './actor';
import { handOf } from './hand';
import { ADMIN_EVERYWHERE, machineWith, personWith } from './test-actors';

const inBoth: Actor = {
  ...personWith('operator', { tenants: ['globex'] }),
  grants: [
    { holds: 'viewer', tenants: null, sagaTypes: null },
    { holds: 'operator', tenants: ['globex'], sagaTypes: null },
    { holds: 'admin', tenants: ['acme'], sagaTypes: null },
  ],
  origin: '203.0.113.9',
};

const on = (tenantId: string) => handOf(inBoth, 'interventions.request', { tenantId, sagaType: 'order' });

describe('the hand that the journal names', () => {
  it('has the weakest role that allowed it, and comes from where the actor does', () => {
    expect(handOf(ADMIN_EVERYWHERE, 'interventions.request')).toEqual({
      actor: 'admin@test',
      role: 'operator',
      origin: 'a test',
    });
    expect(handOf(ADMIN_EVERYWHERE, 'people.write').role).toBe('admin');
    expect(handOf(personWith('viewer'), 'account.write').role).toBe('viewer');
  });

  it('has the role that is held where it acted', () => {
    expect(on('globex')).toEqual({ actor: 'operator@test', role: 'operator', origin: '203.0.113.9' });
    expect(on('acme').role).toBe('admin');
    expect(on('initech').role).toBe('none');
  });

  it('is the scope that a machine used, not all that its token has', () => {
    const machine = machineWith(['read', 'ingest', 'intervene']);
    expect(handOf(machine, 'interventions.request')).toMatchObject({ actor: 'token test', role: 'scope intervene' });
    expect(handOf(machine, 'sagas.read').role).toBe('scope read');
    expect(handOf(machine, 'people.write').role).toBe('scope none');
  });
});
