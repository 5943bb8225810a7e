import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ViewWire } from '@/core/contract/views';
import { everywhere, type Role } from '@/server/auth/actor';
import { insertPerson } from '@/server/auth/person-store';
import { contextOf, personWith } from '@/server/auth/test-actors';
import { pgQuery } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import type { Ctx } from '@/server/http/context';
import { AuditInput } from '@/core/contract/interventions';
import { listAudit } from '@/server/audit/list-audit';
import { changeView, removeView, saveView } from './change-views';
import { listViews } from './list-views';

let db: TestDatabase;
let ada: Ctx;
let ben: Ctx;
let admin: Ctx;
let viewer: Ctx;

beforeAll(async () => {
  db = await servedDatabase();
  [ada, ben, admin, viewer] = [
    await person('ada', 'support'),
    await person('ben', 'operator'),
    await person('admin', 'admin'),
    await person('viewer', 'viewer'),
  ];
});
afterAll(() => db.drop());

async function person(name: string, role: Role): Promise<Ctx> {
  const grants = [{ role, tenants: null, sagaTypes: null }];
  const id = await insertPerson(pgQuery(db.pool), { name, email: `${name}@test`, grants });
  return contextOf({ kind: 'person', id, name: `${name}@test`, grants: [everywhere(role)], origin: 'a test' });
}

const names = async (ctx: Ctx, list: 'sagas' | 'events' = 'sagas') =>
  (await listViews(ctx, { list })).items.map(({ name, mine }) => (mine ? name : `${name} of another`));
const view = (over: object = {}) => ({
  id: randomUUID(),
  list: 'sagas' as const,
  name: 'Failed at acme',
  query: 'status=FAILED&tenant=acme',
  shared: false,
  ...over,
});

it('keeps a view for oneself, and shows it to others once it is shared', async () => {
  const mine = view();
  const saved = ViewWire.parse(await saveView(ada, mine));
  expect(saved).toMatchObject({ name: 'Failed at acme', query: 'status=FAILED&tenant=acme', mine: true, version: 1 });
  expect(await saveView(ada, mine)).toEqual(saved);
  expect(await names(ada)).toEqual(['Failed at acme']);
  expect(await names(ada, 'events')).toEqual([]);
  expect(await names(ben)).toEqual([]);
  await changeView(ada, { ...saved, shared: true });
  expect(await names(ben)).toEqual(['Failed at acme of another']);
});

it('lets only its owner, or an administrator, change a shared view, and nobody over another change', async () => {
  const saved = await saveView(ada, view({ name: 'Shared', shared: true }));
  await expect(changeView(ben, { ...saved, name: 'Mine now' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(removeView(ben, saved)).rejects.toMatchObject({ code: 'forbidden' });
  // Whoever administers one tenant takes nothing from people of others.
  const ofAcme = contextOf(personWith('admin', { tenants: ['acme'] }));
  await expect(removeView(ofAcme, saved)).rejects.toMatchObject({ code: 'forbidden' });
  const fixed = async (ctx: Ctx) =>
    (await listViews(ctx, { list: 'sagas' })).items.find(({ id }) => id === saved.id)?.fixed;
  expect([await fixed(ada), await fixed(admin)]).toEqual([null, null]);
  expect(await fixed(ofAcme)).toBe('ada made this view: ask them, or an administrator of all tenants, to change it.');
  expect(await changeView(admin, { ...saved, name: 'Ours' })).toMatchObject({ name: 'Ours', version: 2, mine: false });
  await expect(changeView(ada, { ...saved, name: 'Late' })).rejects.toMatchObject({ code: 'stale_view' });
  await removeView(ada, saved);
  await expect(removeView(ada, saved)).rejects.toMatchObject({ code: 'not_found' });
});

it('tells nobody of a view that is not shared, and refuses an id twice', async () => {
  const saved = await saveView(ada, view({ name: 'Private' }));
  await expect(changeView(ben, { ...saved, name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(changeView(admin, { ...saved, name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(saveView(ada, { ...view({ name: 'Other' }), id: saved.id })).rejects.toMatchObject({
    code: 'duplicate',
  });
});

it('refuses to share where the role does not allow it', async () => {
  await expect(saveView(viewer, view({ shared: true }))).rejects.toMatchObject({ code: 'forbidden' });
  const own = await saveView(viewer, view());
  await expect(changeView(viewer, { ...own, shared: true })).rejects.toMatchObject({ code: 'forbidden' });
});

it('keeps fifty of a person for a list, also when they come at once', async () => {
  const crowded = await person('crowded', 'support');
  const answers = await Promise.allSettled(
    Array.from({ length: 53 }, (_, n) => saveView(crowded, view({ name: `View ${n}` }))),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  expect(await names(crowded)).toHaveLength(51);
});

it('keeps in the journal what was done to shared views, and nothing of those for oneself', async () => {
  const name = randomUUID();
  const own = await saveView(ada, view({ name }));
  await changeView(ada, { ...own, query: 'status=FAILED' });
  const shared = await changeView(ada, { ...own, shared: true, version: 2 });
  const renamed = await changeView(admin, { ...shared, name: `${name} 2` });
  await changeView(admin, renamed);
  await removeView(admin, renamed);
  const taken = await saveView(ada, view({ name, shared: true }));
  await removeView(ada, await changeView(ada, { ...taken, shared: false }));
  const { items } = await listAudit(contextOf(personWith('viewer')), AuditInput.parse({ limit: 200 }));
  const said = items.filter(({ text }) => text.includes(name)).map(({ text, role }) => [text, role]);
  expect(said.toReversed()).toEqual([
    [`ada@test shared the view ${name} of sagas with everybody.`, 'support'],
    [`admin@test changed the shared view ${name} 2 of sagas. Until then it was called ${name}.`, 'admin'],
    [`admin@test removed the shared view ${name} 2 of sagas, which ada had made.`, 'admin'],
    [`ada@test shared the view ${name} of sagas with everybody.`, 'support'],
    [`ada@test took back the shared view ${name} of sagas.`, 'support'],
  ]);
});
