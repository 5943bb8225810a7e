import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Params } from '@/server/db/params';
import type { Actor, Grant } from './actor';
import { ROLES, TOKEN_SCOPES } from './actor';
import { permits } from './permit';
import { machineWith, personWith } from './test-actors';
import { boundsOf, sees, visible } from './visible';

const OWNED = { tenant: 't', sagaType: 's' };

/** The condition with its values in it. */
function sql(actor: Actor, tenant: string | null, owned: { tenant: string; sagaType?: string } = OWNED): string {
  const params = new Params();
  const text = visible({ actor, tenant }, 'sagas.read', params, owned);
  return text.replaceAll(/\$(\d+)/g, (_, n: string) => JSON.stringify(params.values[Number(n) - 1]));
}

describe('the condition', () => {
  it.each([
    ['everywhere', personWith('viewer'), null, 'true'],
    ['one tenant', personWith('viewer', { tenants: ['a'] }), null, '((t = "a"::text))'],
    ['several', personWith('viewer', { tenants: ['a', 'b'] }), null, '((t = any(["a","b"]::text[])))'],
    ['the empty tenant is none', personWith('viewer', { tenants: [''] }), null, '((t = any([]::text[])))'],
    ['a tenant chosen of all', personWith('viewer'), 'a', '(true and t = "a"::text)'],
    [
      'one chosen that is not theirs',
      personWith('viewer', { tenants: ['a'] }),
      'b',
      '(((t = "a"::text)) and t = "b"::text)',
    ],
    ['a type', personWith('viewer', { sagaTypes: ['x'] }), null, '((s = "x"::text))'],
    ['no scope for it', machineWith(['ingest']), null, 'false'],
  ])('of a reader of %s', (_, actor, tenant, expected) => {
    expect(sql(actor, tenant)).toBe(expected);
  });

  it('lets a grant for some types reach no row that tells no type', () => {
    expect(sql(personWith('viewer', { sagaTypes: ['x'] }), null, { tenant: 't' })).toBe('false');
  });
});

const names = fc.constantFrom('a', 'b', 'c');
const grant: fc.Arbitrary<Grant> = fc.record({
  holds: fc.constantFrom(...ROLES, ...TOKEN_SCOPES),
  tenants: fc.option(fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 3 })),
  sagaTypes: fc.option(fc.array(names, { maxLength: 2 })),
});
const lookerArb = fc.record({
  actor: fc.record({
    kind: fc.constantFrom('person' as const, 'token' as const),
    id: fc.constant('x'),
    name: fc.constant('x@test'),
    grants: fc.array(grant, { maxLength: 3 }),
    origin: fc.constant('a test'),
  }),
  tenant: fc.option(names),
});
const ownerArb = fc.record({ tenantId: fc.option(fc.constantFrom('a', 'b', 'c', '')), sagaType: names });

/** What PostgreSQL makes of the condition, by hand: `=`, `any`, and, or. */
function holds(text: string, values: readonly unknown[], row: { t: string; s: string }): boolean {
  const column = (name: string) => (name === 't' ? row.t : row.s);
  const js = text
    .replaceAll(/(\w) = any\(\$(\d+)::text\[\]\)/g, (_, name: string, n: string) => {
      const list = values[Number(n) - 1];
      return String(Array.isArray(list) && list.includes(column(name)));
    })
    .replaceAll(/(\w) = \$(\d+)::text/g, (_, name: string, n: string) => String(values[Number(n) - 1] === column(name)))
    .replaceAll(' and ', ' && ')
    .replaceAll(' or ', ' || ');
  if (!/^[()&| truefals]*$/.test(js)) throw new Error(js);
  return new Function(`return ${js}`)() === true;
}

describe('a row already read', () => {
  it('is seen exactly where the condition holds for it, and never outside of the bounds', () => {
    fc.assert(
      fc.property(lookerArb, ownerArb, (looker, row) => {
        const params = new Params();
        const text = visible(looker, 'sagas.read', params, OWNED);
        const seen = sees(looker, 'sagas.read', row);
        expect(seen).toBe(holds(text, params.values, { t: row.tenantId ?? '', s: row.sagaType }));
        if (!seen) return;
        const { tenants, sagaTypes } = boundsOf(looker, 'sagas.read');
        expect(tenants === null || tenants.includes(row.tenantId ?? '')).toBe(true);
        expect(sagaTypes === null || sagaTypes.includes(row.sagaType)).toBe(true);
        expect(permits(looker.actor, 'sagas.read')).toBe(true);
        expect(looker.tenant === null || looker.tenant === row.tenantId).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('without a tenant is for people of all tenants', () => {
    const row = { tenantId: null, sagaType: 'x' };
    expect(sees({ actor: personWith('viewer'), tenant: null }, 'sagas.read', row)).toBe(true);
    expect(sees({ actor: personWith('viewer', { tenants: [''] }), tenant: null }, 'sagas.read', row)).toBe(false);
    expect(sees({ actor: personWith('viewer'), tenant: '' }, 'sagas.read', { ...row, tenantId: '' })).toBe(true);
  });
});
