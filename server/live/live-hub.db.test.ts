import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIVE_CHANNEL } from '@/core/contract/live';
import { SagaDefinition } from '@/core/definition/definition';
import { putDefinition } from '@/server/db/definitions';
import { pgQuery } from '@/server/db/query';
import { insertSagas } from '@/server/sagas/saga-row.fixture';
import { insertPerson, setGrants } from '@/server/auth/person-store';
import { machineWith, personWith } from '@/server/auth/test-actors';
import { newToken } from '@/server/auth/token';
import { personOf } from '@/server/auth/person-of';
import { notifyLive } from '@/server/db/notify';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { LiveClient } from './live-client';
import { LiveHub } from './live-hub';

let db: TestDatabase;
let hub: LiveHub;
beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query(
    `insert into sagascope.checkpoint (log, last_id, lag_ms) values ('saga_log', 0, 12), ('event_store', 0, 7)`,
  );
});
afterAll(() => db.drop());
beforeEach(() => {
  hub = new LiveHub(() => db.url);
});
afterEach(() => hub.stop());

interface Heard {
  event: string;
  data: Record<string, unknown>;
}

/** Reads a stream as a browser does, until `done` of what was heard, or its end. */
async function listen(stream: ReadableStream<Uint8Array>, done: (heard: Heard[]) => boolean): Promise<Heard[]> {
  const heard: Heard[] = [];
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!done(heard)) {
    const part = await reader.read();
    if (part.done) break;
    text += decoder.decode(part.value, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const fields = new Map(
        message.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      );
      const event = fields.get('event');
      if (event) heard.push({ event, data: JSON.parse(fields.get('data') ?? '{}') });
    }
  }
  reader.releaseLock();
  return heard;
}
const has = (event: string) => (heard: Heard[]) => heard.some((one) => one.event === event);
const keysIn = (heard: Heard[]) => heard.flatMap((one) => (one.event === 'keys' ? (one.data.keys as string[]) : []));
const notify = (keys: unknown) => db.pool.query('select pg_notify($1, $2)', [LIVE_CHANNEL, JSON.stringify(keys)]);
const connections = async () =>
  (
    await db.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'sagascope live' and datname = current_database()`,
    )
  ).rows;

describe('the live hub', () => {
  it('tells many browsers over one connection, first of all to read again', async () => {
    const streams = Array.from({ length: 20 }, () => hub.open(new AbortController().signal).tee());
    await Promise.all(streams.map(([first]) => listen(first, has('reset'))));
    expect(await connections()).toHaveLength(1);
    await notify({ keys: ['sagas', 'saga:1'] });
    const heard = await Promise.all(streams.map(([, second]) => listen(second, has('keys'))));
    for (const one of heard) expect(keysIn(one)).toEqual(['sagas', 'saga:1']);
  });

  it('says where the follower stands', async () => {
    const [lag] = (await listen(hub.open(new AbortController().signal), has('lag'))).filter(
      (one) => one.event === 'lag',
    );
    expect(lag?.data).toMatchObject({ lagMs: 12, source: 'saga_log', state: 'running', refold: [] });
  });

  it('says at once which types are folded again with a new definition, and when that is done', async () => {
    const [first, second] = hub.open(new AbortController().signal).tee();
    await listen(first, has('lag'));
    await insertSagas(db.pool, [{ saga_type: 'order' }]);
    await putDefinition(pgQuery(db.pool), {
      body: SagaDefinition.parse({ saga: 'order', steps: [{ name: 'charge', kind: 'none' }] }),
      source: 'declared',
      createdBy: 'test',
    });
    await notify({ keys: ['definitions'] });
    const refolds = (heard: Heard[]) =>
      heard.flatMap(({ event, data }) => (event === 'lag' ? [JSON.stringify(data.refold)] : []));
    const [third, fourth] = second.tee();
    expect(refolds(await listen(third, (heard) => refolds(heard).includes('["order"]')))).toContain('["order"]');
    await db.pool.query(`insert into sagascope.definition_applied (type, version, done_at) values ('order', 1, now())`);
    await listen(fourth, (heard) => refolds(heard).join(' ').endsWith('["order"] []'));
  });

  it('gathers what comes in a hundred milliseconds into one message', async () => {
    const [first, second] = hub.open(new AbortController().signal).tee();
    await listen(first, has('reset'));
    for (let n = 0; n < 50; n++) await notify({ keys: ['sagas', `saga:${n}`] });
    const heard = await listen(second, (all) => keysIn(all).includes('saga:49'));
    expect(new Set(keysIn(heard)).size).toBe(51);
    expect(heard.filter((one) => one.event === 'keys').length).toBeLessThan(25);
  });

  it('tells a browser that opens late what changed just before', async () => {
    const [first, second] = hub.open(new AbortController().signal).tee();
    await listen(first, has('reset'));
    await notify({ keys: ['saga:early'] });
    await listen(second, has('keys'));
    expect(keysIn(await listen(hub.open(new AbortController().signal), has('keys')))).toEqual(['saga:early']);
  });

  it('asks to read everything again when a message is none of ours', async () => {
    const [first, second] = hub.open(new AbortController().signal).tee();
    await listen(first, has('reset'));
    await notify('nonsense');
    const heard = await listen(second, (all) => all.filter((one) => one.event === 'reset').length === 2);
    expect(heard.filter((one) => one.event === 'reset')).toHaveLength(2);
  });

  it('says offline when its connection breaks, and reset once there is one again', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [first, second] = hub.open(new AbortController().signal).tee();
    await listen(first, has('reset'));
    for (const { pid } of await connections()) await db.pool.query('select pg_terminate_backend($1)', [pid]);
    const heard = await listen(second, (all) => all.filter((one) => one.event === 'reset').length === 2);
    const events = heard.map((one) => one.event).filter((event) => event !== 'lag');
    expect(events).toEqual(['reset', 'offline', 'reset']);
    expect(Date.parse(String(heard.find((one) => one.event === 'offline')?.data.since))).toBeLessThanOrEqual(
      Date.now(),
    );
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it('says offline while there is no database at all', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const nowhere = new LiveHub(() => 'postgres://nobody@127.0.0.1:1/none');
    const heard = await listen(nowhere.open(new AbortController().signal), has('offline'));
    expect(heard.map((one) => one.event)).toEqual(['offline']);
    nowhere.stop();
    log.mockRestore();
  });

  it('opens twenty streams for one person, and others for others', async () => {
    const leave = new AbortController();
    const ana = { ...personWith('viewer'), id: 'ana' };
    const ben = { ...personWith('viewer'), id: 'ben' };
    hub.open(leave.signal, ana);
    for (let n = 0; n < 19; n += 1) hub.open(new AbortController().signal, ana);
    expect(() => hub.open(new AbortController().signal, ana)).toThrow(
      expect.objectContaining({ code: 'rate_limited' }),
    );
    hub.open(new AbortController().signal, ben);
    leave.abort();
    hub.open(new AbortController().signal, ana);
  });

  it('ends with the browser, and its connection with the hub', async () => {
    const ended = new AbortController();
    const [first, second] = hub.open(ended.signal).tee();
    await listen(first, has('reset'));
    ended.abort();
    await listen(second, () => false);
    hub.stop();
    await vi.waitFor(async () => expect(await connections()).toHaveLength(0), { timeout: 5_000 });
    expect((await listen(hub.open(AbortSignal.abort()), () => false)).length).toBe(0);
  });
});

describe('whose session ends', () => {
  const query = () => pgQuery(db.pool);
  const grants = [{ role: 'viewer', tenants: ['acme'], sagaTypes: null }] as const;
  async function signedIn() {
    const sessionId = randomUUID();
    const id = await insertPerson(query(), { name: 'P', email: `${sessionId}@example.com`, grants });
    await db.pool.query(
      `insert into sagascope.person_session (id, token, user_id, expires_at) values ($1, $1, $2, now() + interval '1 h')`,
      [sessionId, id],
    );
    const actor = await personOf(query(), id, 'a test', sessionId);
    if (actor === null) throw new Error('the person is not there');
    return { id, sessionId, stream: hub.open(new AbortController().signal, actor) };
  }
  const ends = (stream: ReadableStream<Uint8Array>) => listen(stream, () => false);
  const told = () => notifyLive(query(), ['people']);

  it('hears no more, nor does who is disabled or has other roles than before; others go on', async () => {
    const [stays, goes, disabled, changed] = await Promise.all([signedIn(), signedIn(), signedIn(), signedIn()]);
    const [first, second] = stays.stream.tee();
    await listen(first, has('lag'));
    await db.pool.query('delete from sagascope.person_session where id = $1', [goes.sessionId]);
    await db.pool.query('update sagascope.person set disabled_at = now() where id = $1', [disabled.id]);
    await setGrants(query(), changed.id, [...grants, { role: 'operator', tenants: null, sagaTypes: null }]);
    await told();
    await Promise.all([ends(goes.stream), ends(disabled.stream), ends(changed.stream)]);
    await notify({ keys: ['saga:still-there'] });
    await listen(second, (all) => keysIn(all).includes('saga:still-there'));
  });

  it('hears no more with a revoked token', async () => {
    const { hash, prefix } = newToken();
    const { rows } = await db.pool.query<{ id: string }>(
      `insert into sagascope.api_token (id, name, token_hash, prefix, scopes, created_by)
       values (gen_random_uuid(), 't', $1, $2, '{read}', 'test') returning id`,
      [hash, prefix],
    );
    const id = rows[0]?.id ?? '';
    const [first, second] = hub.open(new AbortController().signal, { ...machineWith(['read']), id }).tee();
    await listen(first, has('lag'));
    await db.pool.query('update sagascope.api_token set revoked_at = now() where id = $1', [id]);
    // Without a word of it: the next heartbeat finds it.
    await ends(second);
  });
});

/** As a pooler that hands connections around: it passes everything on but notifications. */
async function deafProxy(target: URL): Promise<{ url: string; close: () => void }> {
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    client.on('error', () => database.destroy());
    database.on('error', () => client.destroy());
    client.pipe(database);
    let rest = Buffer.alloc(0);
    database.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
        const message = rest.subarray(0, 1 + rest.readInt32BE(1));
        rest = rest.subarray(message.length);
        if (message[0] !== 'A'.charCodeAt(0)) client.write(message);
      }
    });
    database.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return { url: url.href, close: () => server.close() };
}

it('looks for changes itself where notifications do not come', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const proxy = await deafProxy(new URL(db.url));
  const deaf = new LiveHub(() => proxy.url);
  const [first, second] = deaf.open(new AbortController().signal).tee();
  await listen(first, has('lag'));
  await db.pool.query(`update sagascope.checkpoint set rows_applied = rows_applied + 1 where log = 'saga_log'`);
  const heard = await listen(second, (all) => keysIn(all).length > 0);
  expect(keysIn(heard)).toEqual(expect.arrayContaining(['sagas', 'saga:*', 'events']));
  expect(String(complaints.mock.calls[0]?.[0])).toContain('hears no notifications');
  deaf.stop();
  proxy.close();
  complaints.mockRestore();
});

describe('a browser that does not read', () => {
  it('costs one reset, whatever happens meanwhile', async () => {
    const client = new LiveClient(() => undefined);
    for (let n = 0; n < 100_000; n++) client.changed([`saga:${n}`]);
    const heard = await listen(client.stream, (all) => all.length > 0);
    expect(heard).toEqual([{ event: 'reset', data: {} }]);
    client.close();
    client.close();
  });
});
