import { afterAll, beforeAll, expect, it } from 'vitest';
import { DefinitionInput, PutDefinitionInput } from '@/core/contract/definitions';
import { LIVE_CHANNEL } from '@/core/contract/live';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { contextOf } from '@/server/auth/test-actors';
import { getDefinition } from './get-definition';
import { getService } from './get-service';
import { putDefinition } from './put-definition';
import { putService } from './put-service';

let db: TestDatabase;
beforeAll(async () => {
  db = await servedDatabase();
});
afterAll(() => db.drop());

const put = (type: string, text: string) =>
  putDefinition(contextOf(), PutDefinitionInput.parse({ type, document: { text, format: 'yaml' } }));
const get = (type: string) => getDefinition(contextOf(), DefinitionInput.parse({ type }));

it('keeps every version and adds one only where something changed', async () => {
  const client = await db.pool.connect();
  const heard: string[] = [];
  client.on('notification', ({ payload }) => heard.push(payload ?? ''));
  await client.query(`listen ${LIVE_CHANNEL}`);
  expect(await put('t', 'saga: t\nsteps: [{name: a}]')).toMatchObject({
    version: 1,
    changed: true,
    source: 'declared',
  });
  expect(await put('t', '{saga: t, steps: [{name: a}]}')).toMatchObject({ version: 1, changed: false });
  expect(await put('t', 'saga: t\nsteps: [{name: a}, {name: b}]')).toMatchObject({ version: 2, changed: true });
  const found = await get('t');
  expect(found.version).toBe(2);
  expect(found.body.steps.map((step) => step.name)).toEqual(['a', 'b']);
  expect(found.versions.map((version) => version.version)).toEqual([2, 1]);
  await client.query('select 1');
  expect(heard).toEqual(['{"keys":["definitions"]}', '{"keys":["definitions"]}']);
  client.release(true);
});

it('gives two who declare at once two versions, or one where they say the same', async () => {
  const same = await Promise.all(Array.from({ length: 6 }, () => put('race', 'saga: race\nsteps: [{name: a}]')));
  expect(same.filter((one) => one.changed)).toHaveLength(1);
  const different = await Promise.all(
    Array.from({ length: 4 }, (_, n) => put('race', `saga: race\nsteps: [{name: s${n}}]`)),
  );
  expect(different.map((one) => one.version).toSorted()).toEqual([2, 3, 4, 5]);
});

it('refuses what is no definition, or that of another type, in words', async () => {
  await expect(put('t', 'saga: other\nsteps: [{name: a}]')).rejects.toMatchObject({
    code: 'invalid',
    detail: 'saga: the address says "t", the definition "other".',
  });
  await expect(put('t', 'saga: t\nsteps: []')).rejects.toMatchObject({ code: 'invalid', issues: [{ path: 'steps' }] });
  await expect(put('t', 'saga: t\nsteps: [{name: "a\\u0000"}]')).rejects.toThrow();
  await expect(get('nobody')).rejects.toMatchObject({ code: 'not_found' });
});

it('keeps a service’s address and refuses one that cannot be called', async () => {
  const service = { name: 'inventory', url: 'http://127.0.0.1:4001', evidence: 'log' } as const;
  await putService(contextOf(), service);
  await putService(contextOf(), { ...service, secretEnv: 'INVENTORY_SECRET' });
  expect(await getService(contextOf(), { name: 'inventory' })).toEqual({
    ...service,
    secretEnv: 'INVENTORY_SECRET',
  });
  await expect(putService(contextOf(), { ...service, url: 'file:///etc/passwd' })).rejects.toMatchObject({
    code: 'invalid',
  });
  await expect(getService(contextOf(), { name: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
});

it('tells the journal who declared what, once each', async () => {
  await db.pool.query('delete from sagascope.service');
  const from = async () => {
    const { rows } = await db.pool.query<{ seq: string }>(
      'select coalesce(max(seq), 0)::text as seq from sagascope.journal',
    );
    return rows[0]?.seq;
  };
  const before = await from();
  const service = { name: 'stock', url: 'http://stock:8080', evidence: 'log' } as const;
  await putService(contextOf(), service);
  await putService(contextOf(), service);
  await putService(contextOf(), { ...service, url: 'http://elsewhere:8080' });
  await put('journaled', 'saga: journaled\nsteps: [{name: a}]');
  await put('journaled', 'saga: journaled\nsteps: [{name: a}]');
  const { rows } = await db.pool.query(
    'select type, actor, role, origin, body::json as body from sagascope.journal where seq > $1 order by seq',
    [before],
  );
  const hand = { actor: 'admin@test', role: 'engineer', origin: 'a test' };
  expect(rows).toMatchObject([
    { type: 'ServiceDeclared', ...hand, body: { url: 'http://stock:8080', urlBefore: null } },
    { type: 'ServiceDeclared', ...hand, body: { url: 'http://elsewhere:8080', urlBefore: 'http://stock:8080' } },
    { type: 'DefinitionDeclared', ...hand, body: { sagaType: 'journaled', version: 1 } },
  ]);
});
