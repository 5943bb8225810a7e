import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SagaDefinition } from '@/core/definition/definition';
import { type Role, ROLES, TOKEN_SCOPES, type TokenScope } from '@/server/auth/actor';
import { TENANT_COOKIE } from '@/server/auth/tenant-choice';
import { contextOf } from '@/server/auth/test-actors';
import { bearer, person, sessionCookie } from '@/server/auth/test-sessions';
import { putDefinition, putService } from '@/server/db/definitions';
import { pgQuery, type Query } from '@/server/db/query';
import { servedDatabase } from '@/server/db/served-database';
import type { TestDatabase } from '@/server/db/test-database';
import { OPERATIONS } from '@/server/http/operations';
import { planIntervention } from '@/server/interventions/plan-intervention';
import { requestIntervention } from '@/server/interventions/request-intervention';
import { startWorker } from '@/worker/main';

// Every route × every role and scope × own tenant, another's, and none. It stands with the worker, whose projectors make
// what the routes read. Who may do what is written down here once more, by hand: a change of the table of permissions
// that nobody meant fails.

const TENANTS = ['acme', 'globex', 'none'] as const;
/** `acme` is everybody's own; rows of `none` have no tenant. */
type Tenant = (typeof TENANTS)[number];

const EVERYONE = 'viewer support engineer operator approver admin';

interface Asked {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Expectation {
  /** Roles that may. */
  people: string;
  /** Scopes of tokens that may. */
  machines: string;
  /**
   * How far it reaches. `rows`: one answer, with the rows of each tenant that is seen. `row`: asked for each tenant's; not
   * found where it is not seen. `act`: the same, and forbidden where it is seen but not reached. `write`: forbidden out of
   * reach. `all tenants`: for who holds the role everywhere. `same`: everybody's answer. `people` and `person`: of those who
   * hold something there, whatever tenant is chosen; who holds it everywhere is known to all, and changed by who does too.
   * `open`: answered without a session.
   */
  reach: 'rows' | 'row' | 'act' | 'write' | 'all tenants' | 'same' | 'people' | 'person' | 'open';
  ask?: (of: Tenant, at: Fixture) => Asked;
  /** What of an answer shows that rows of a tenant are in it; the business key unless told. */
  mark?: (of: Tenant, at: Fixture) => string;
  /** What is asked for may not be there, for everybody. */
  missing?: true;
}

interface Fixture {
  /** Fresh for each request. */
  uuid: string;
  saga: Record<Tenant, string>;
  intervention: Record<Tenant, string>;
  event: Record<Tenant, string>;
  victim: Record<Tenant, string>;
  token: Record<Tenant, string>;
}

const READ = { people: EVERYONE, machines: 'read' } as const;
const REASON = 'the customer has changed their mind';
const tenantsOf = (of: Tenant): string[] | null => (of === 'none' ? null : [of]);
const tenantOf = (of: Tenant): string | null => (of === 'none' ? null : of);

/** Every route of the API. A route that is added and not named here fails the first test. */
const EXPECTED: Record<string, Expectation> = {
  'get /api/v1/overview': { ...READ, reach: 'rows' },
  'get /api/v1/sagas': { people: EVERYONE, machines: 'read intervene', reach: 'rows' },
  'get /api/v1/sagas/export': { ...READ, reach: 'rows' },
  'get /api/v1/sagas/{sagaId}': {
    people: EVERYONE,
    machines: 'read intervene',
    reach: 'row',
    ask: (of, at) => ({ params: { sagaId: at.saga[of] } }),
  },
  'get /api/v1/sagas/{sagaId}/diagram': {
    people: EVERYONE,
    machines: 'read intervene',
    reach: 'row',
    ask: (of, at) => ({ params: { sagaId: at.saga[of] } }),
  },
  'post /api/v1/sagas/{sagaId}/interventions': {
    people: 'operator admin',
    machines: 'intervene',
    reach: 'act',
    ask: (of, at) => ({ params: { sagaId: at.saga[of] }, query: 'dryRun=1', body: { action: 'COMPENSATE_SAGA' } }),
  },
  'post /api/v1/sagas/{sagaId}/interventions (confirmed)': {
    people: 'operator admin',
    machines: 'intervene',
    reach: 'act',
    ask: (of, at) => ({
      params: { sagaId: at.saga[of] },
      body: {
        action: 'COMPENSATE_SAGA',
        reason: REASON,
        expectedLogId: '1',
        planHash: 'f'.repeat(64),
        compensationId: at.uuid,
      },
    }),
  },
  'get /api/v1/interventions': {
    people: EVERYONE,
    machines: 'read intervene',
    reach: 'rows',
    mark: (of, at) => at.intervention[of],
  },
  'get /api/v1/interventions/{id}': {
    people: EVERYONE,
    machines: 'read intervene',
    reach: 'row',
    ask: (of, at) => ({ params: { id: at.intervention[of] } }),
  },
  'post /api/v1/interventions/{id}/retry': {
    people: 'operator admin',
    machines: 'intervene',
    reach: 'act',
    ask: (of, at) => ({ params: { id: at.intervention[of] }, body: { reason: REASON } }),
  },
  'post /api/v1/interventions/{id}/cancel': {
    people: 'operator admin',
    machines: 'intervene',
    reach: 'act',
    ask: (of, at) => ({ params: { id: at.intervention[of] }, body: { reason: REASON } }),
  },
  'get /api/v1/audit': { ...READ, reach: 'rows', mark: (of, at) => at.intervention[of] },
  'get /api/v1/audit/verify': { ...READ, reach: 'same' },
  'get /api/v1/saga-types': { ...READ, reach: 'rows', mark: (of) => `kind-${of}` },
  'get /api/v1/search': { ...READ, reach: 'rows', ask: () => ({ query: 'q=key-' }) },
  'post /api/v1/events': {
    people: 'admin',
    machines: 'ingest',
    reach: 'write',
    ask: (of, at) => ({
      body: {
        eventId: at.uuid,
        aggregateType: 'Test',
        aggregateId: at.uuid,
        eventType: 'TestedV1',
        payload: '{}',
        metadata: JSON.stringify({ tenant_id: tenantOf(of) }),
      },
    }),
  },
  'post /api/v1/saga-log': {
    people: 'admin',
    machines: 'ingest',
    reach: 'write',
    ask: (of, at) => ({
      body: { sagaId: at.uuid, stepName: 'a', status: 'SUCCESS', sagaType: 'parcel', tenantId: tenantOf(of) },
      headers: { 'idempotency-key': at.uuid },
    }),
  },
  'get /api/v1/definitions/{type}': { ...READ, reach: 'same', ask: () => ({ params: { type: 'parcel' } }) },
  'put /api/v1/definitions/{type}': {
    people: 'engineer admin',
    machines: '',
    reach: 'all tenants',
    ask: () => ({
      params: { type: 'other' },
      body: { saga: 'other', steps: [{ name: 'a', service: 'depot', compensation: 'b' }] },
    }),
  },
  'get /api/v1/services/{name}': { ...READ, reach: 'same', ask: () => ({ params: { name: 'depot' } }) },
  'put /api/v1/services/{name}': {
    people: 'engineer admin',
    machines: '',
    reach: 'all tenants',
    ask: () => ({ params: { name: 'other' }, body: { url: 'http://127.0.0.1:9', evidence: 'log' } }),
  },
  'get /api/v1/diagnostics': { people: 'engineer operator admin', machines: 'read', reach: 'same' },
  'get /api/v1/session': { people: EVERYONE, machines: 'read intervene', reach: 'same' },
  'post /api/v1/session/tenant': {
    people: EVERYONE,
    machines: '',
    reach: 'same',
    ask: () => ({ body: { tenant: 'acme' } }),
  },
  'get /api/v1/live': { ...READ, reach: 'same' },
  'get /api/v1/openapi.json': { people: EVERYONE, machines: 'read ingest intervene metrics', reach: 'same' },
  'get /api/v1/events': { ...READ, reach: 'rows', mark: (of) => `agg-${of}` },
  'get /api/v1/events/export': { ...READ, reach: 'rows', mark: (of) => `agg-${of}` },
  'get /api/v1/events/facets': { ...READ, reach: 'rows', mark: (of) => `svc-${of}` },
  'get /api/v1/events/{eventId}': {
    ...READ,
    reach: 'row',
    ask: (of, at) => ({ params: { eventId: at.event[of] } }),
  },
  'get /api/v1/flows/{correlationId}': {
    ...READ,
    reach: 'row',
    ask: (of) => ({ params: { correlationId: `corr-${of}` } }),
  },
  'get /api/v1/streams/{aggregateType}/{aggregateId}': {
    ...READ,
    reach: 'row',
    ask: (of) => ({ params: { aggregateType: 'Order', aggregateId: `agg-${of}` } }),
  },
  'get /api/v1/streams/{aggregateType}/{aggregateId}/versions': {
    ...READ,
    reach: 'row',
    ask: (of) => ({ params: { aggregateType: 'Order', aggregateId: `agg-${of}` }, query: 'cursor=before.9.9' }),
  },
  'get /api/v1/views': { people: EVERYONE, machines: '', reach: 'same', ask: () => ({ query: 'list=sagas' }) },
  'post /api/v1/views': {
    people: EVERYONE,
    machines: '',
    reach: 'same',
    ask: (_, at) => ({ body: { id: at.uuid, list: 'sagas', name: 'Mine', query: '', shared: false } }),
  },
  'put /api/v1/views/{id}': {
    people: EVERYONE,
    machines: '',
    reach: 'same',
    missing: true,
    ask: (_, at) => ({ params: { id: at.uuid }, body: { name: 'Mine', query: '', shared: false, version: 1 } }),
  },
  'post /api/v1/views/{id}/remove': {
    people: EVERYONE,
    machines: '',
    reach: 'same',
    missing: true,
    ask: (_, at) => ({ params: { id: at.uuid } }),
  },
  'get /api/v1/imports': { people: 'engineer admin', machines: '', reach: 'same' },
  'post /api/v1/imports': {
    people: 'engineer admin',
    machines: '',
    reach: 'write',
    ask: (of, at) => ({
      query: `id=${at.uuid}&file=a.jsonl&size=0${of === 'none' ? '' : `&tenant=${of}`}`,
      body: '',
      headers: { 'content-type': 'application/octet-stream' },
    }),
  },
  'get /api/v1/imports/{id}': {
    people: 'engineer admin',
    machines: '',
    reach: 'same',
    missing: true,
    ask: (_, at) => ({ params: { id: at.uuid } }),
  },
  'post /api/v1/imports/{id}/cancel': {
    people: 'engineer admin',
    machines: '',
    reach: 'same',
    missing: true,
    ask: (_, at) => ({ params: { id: at.uuid } }),
  },
  'get /api/v1/roles': { people: EVERYONE, machines: '', reach: 'same' },
  'get /api/v1/account': { people: EVERYONE, machines: '', reach: 'same' },
  'post /api/v1/account/password': {
    people: EVERYONE,
    machines: '',
    reach: 'same',
    ask: () => ({ body: { currentPassword: 'not the one', newPassword: 'a long new password' } }),
  },
  'post /api/v1/account/sessions/end': {
    people: EVERYONE,
    machines: '',
    reach: 'same',
    missing: true,
    ask: (_, at) => ({ body: { id: at.uuid } }),
  },
  'post /api/v1/account/sign-out-everywhere': { people: EVERYONE, machines: '', reach: 'same' },
  'get /api/v1/people': { people: 'admin', machines: '', reach: 'people', mark: (of) => `victim-${of}` },
  'get /api/v1/people/{personId}': {
    people: 'admin',
    machines: '',
    reach: 'person',
    ask: (of, at) => ({ params: { personId: at.victim[of] } }),
  },
  'post /api/v1/people': {
    people: 'admin',
    machines: '',
    reach: 'write',
    ask: (of, at) => ({
      body: {
        name: 'New',
        email: `${at.uuid}@test.example`,
        grants: [{ role: 'viewer', tenants: tenantsOf(of), sagaTypes: null }],
      },
    }),
  },
  'post /api/v1/people/{personId}/roles': {
    people: 'admin',
    machines: '',
    reach: 'person',
    ask: (of, at) => ({
      params: { personId: at.victim[of] },
      body: { version: 1, grants: [{ role: 'viewer', tenants: tenantsOf(of), sagaTypes: null }] },
    }),
  },
  ...Object.fromEntries(
    ['disable', 'enable', 'reset', 'end-sessions'].map((deed): [string, Expectation] => [
      `post /api/v1/people/{personId}/${deed}`,
      {
        people: 'admin',
        machines: '',
        reach: 'person',
        ask: (of, at) => ({ params: { personId: at.victim[of] }, body: { version: 1 } }),
      },
    ]),
  ),
  'get /api/v1/tokens': { people: 'admin', machines: '', reach: 'people', mark: (of, at) => at.token[of] },
  'post /api/v1/tokens': {
    people: 'admin',
    machines: '',
    reach: 'write',
    ask: (of) => ({ body: { name: 'New', scopes: ['read'], tenants: tenantsOf(of), sagaTypes: null } }),
  },
  'post /api/v1/tokens/{tokenId}/revoke': {
    people: 'admin',
    machines: '',
    reach: 'person',
    ask: (of, at) => ({ params: { tokenId: at.token[of] } }),
  },
  'post /api/v1/set-up': {
    people: EVERYONE,
    machines: '',
    reach: 'open',
    ask: () => ({
      body: { token: 'x'.repeat(43), name: 'N', email: 'n@test.example', password: 'a long new password' },
    }),
  },
  'post /api/v1/welcome': {
    people: EVERYONE,
    machines: '',
    reach: 'open',
    ask: () => ({ body: { token: 'x'.repeat(43), password: 'a long new password' } }),
  },
  'get /api/metrics': { people: 'engineer operator admin', machines: 'metrics', reach: 'same' },
  'get /api/health': { people: EVERYONE, machines: 'read ingest intervene metrics', reach: 'open' },
};

interface Who {
  name: string;
  role: Role | null;
  scope: TokenScope | null;
  /** null: all tenants. */
  tenants: readonly Tenant[] | null;
  /** The tenant chosen in the top bar. */
  looking: string | null;
  headers: () => Promise<Record<string, string>>;
}

let db: TestDatabase;
let query: Query;
let at: Omit<Fixture, 'uuid'>;
let everybody: Who[];

const fixture = (): Fixture => ({ ...at, uuid: randomUUID() });

beforeAll(async () => {
  db = await servedDatabase();
  query = pgQuery(db.pool);
  const body = SagaDefinition.parse({
    saga: 'parcel',
    businessKey: '$.order_id',
    steps: [
      { name: 'take_in', service: 'depot', kind: 'compensatable', compensation: 'hand_back' },
      { name: 'send', service: 'depot', kind: 'compensatable' },
    ],
  });
  await putDefinition(query, { body, source: 'declared', createdBy: 'test' });
  await putService(query, { name: 'depot', url: 'http://127.0.0.1:9', evidence: 'log' }, 'test');
  at = await write();
  everybody = await actors();
}, 120_000);
afterAll(() => db.drop());

/** Per tenant: a saga that waits for a person, one under an intervention, one of a type of its own, and an event. */
async function write(): Promise<Omit<Fixture, 'uuid'>> {
  const saga = byTenant(() => randomUUID());
  const busy = byTenant(() => randomUUID());
  const event = byTenant(() => randomUUID());
  for (const of of TENANTS) {
    const tenant = tenantOf(of);
    for (const [id, key] of [
      [saga[of], `key-${of}`],
      [busy[of], `key-${of}-busy`],
    ]) {
      await db.pool.query(
        `INSERT INTO saga_log (saga_id, step_name, status, saga_type, tenant_id, context, correlation_id, error, created_at)
         VALUES ($1, 'take_in', 'SUCCESS', 'parcel', $2, $3, $4, NULL, now() - interval '5 min'),
                ($1, 'send', 'FAILED', 'parcel', $2, NULL, $4, '{"code":"LOST","retryable":false}', now() - interval '5 min')`,
        [id, tenant, JSON.stringify({ order_id: key }), `corr-${of}`],
      );
    }
    await db.pool.query(
      `INSERT INTO saga_log (saga_id, step_name, status, saga_type, tenant_id) VALUES (gen_random_uuid(), 'a', 'SUCCESS', $1, $2)`,
      [`kind-${of}`, tenant],
    );
    await db.pool.query(
      `INSERT INTO event_store (event_id, aggregate_type, aggregate_id, version, event_type, payload, metadata)
       VALUES ($1, 'Order', $2, 1, 'OrderTriedV1', $3, $4)`,
      [
        event[of],
        `agg-${of}`,
        JSON.stringify({ order_id: `key-${of}` }),
        JSON.stringify({ tenant_id: tenant, correlation_id: `corr-${of}`, service: `svc-${of}` }),
      ],
    );
  }
  await followed();
  const admin = contextOf();
  const intervention = byTenant(() => randomUUID());
  for (const of of TENANTS) {
    const ask = { sagaId: busy[of], action: 'COMPENSATE_SAGA' as const };
    const plan = await planIntervention(admin, { ...ask, dryRun: '1' });
    const { planHash, asOfLogId } = plan;
    const compensationId = intervention[of];
    await requestIntervention(admin, { ...ask, reason: REASON, planHash, expectedLogId: asOfLogId, compensationId });
  }
  const [victim, token] = [byTenant(() => ''), byTenant(() => '')];
  for (const of of TENANTS) {
    victim[of] = await person(query, `victim-${of}`, [{ role: 'viewer', tenants: tenantsOf(of), sagaTypes: null }]);
    await bearer(query, ['read'], { tenants: tenantsOf(of) });
    const { rows } = await db.pool.query<{ id: string }>(
      'SELECT id FROM sagascope.api_token ORDER BY created_at DESC LIMIT 1',
    );
    token[of] = rows[0]!.id;
  }
  return { saga, intervention, event, victim, token };
}

const byTenant = (make: () => string): Record<Tenant, string> => ({ acme: make(), globex: make(), none: make() });

/** The worker reads both logs to their ends, and rests. */
async function followed(): Promise<void> {
  const worker = await startWorker({ databaseUrl: db.url, log: () => undefined });
  for (let applied = 0; applied < TENANTS.length * 6; await pause(20)) {
    const { rows } = await db.pool.query<{ applied: number }>(
      'SELECT coalesce(sum(rows_applied), 0)::int AS applied FROM sagascope.checkpoint',
    );
    applied = rows[0]!.applied;
  }
  await worker.stop();
}

async function actors(): Promise<Who[]> {
  const all: Who[] = [
    { name: 'nobody', role: null, scope: null, tenants: [], looking: null, headers: async () => ({}) },
  ];
  for (const tenants of [['acme' as const], null]) {
    const where = tenants === null ? 'all tenants' : 'acme';
    for (const role of ROLES) {
      const name = `${role} of ${where}`;
      const id = await person(query, name, [{ role, tenants, sagaTypes: null }]);
      const headers = sessions(id);
      all.push({ name, role, scope: null, tenants, looking: null, headers });
    }
    for (const scope of TOKEN_SCOPES) {
      const authorization = await bearer(query, [scope], { tenants });
      const headers = async () => ({ authorization });
      all.push({ name: `token ${scope} of ${where}`, role: null, scope, tenants, looking: null, headers });
    }
  }
  for (const looking of ['acme', 'nowhere']) {
    const name = `admin who looks at ${looking}`;
    const id = await person(query, name, [{ role: 'admin', tenants: null, sagaTypes: null }]);
    const headers = sessions(id, `${TENANT_COOKIE}=${looking}; `);
    all.push({ name, role: 'admin', scope: null, tenants: null, looking, headers });
  }
  return all;
}

/** The cookies of a person, of a new session where the last one has ended: some routes end it. */
function sessions(id: string, before = ''): () => Promise<Record<string, string>> {
  let cookie: Promise<string> | undefined;
  return async () => {
    const { rows } = await db.pool.query('SELECT 1 FROM sagascope.person_session WHERE user_id = $1 LIMIT 1', [id]);
    if (rows.length === 0) cookie = undefined;
    cookie ??= sessionCookie(query, id);
    return { cookie: before + (await cookie) };
  };
}

const Handler = z.custom<(request: Request, context: { params: Promise<object> }) => Promise<Response>>(
  (value) => typeof value === 'function',
);

/** Asks a route as Next does; `operation` is `method path`, with a note behind it. */
async function ask(operation: string, who: Pick<Who, 'headers'>, asked: Asked) {
  const [method = '', pattern = ''] = operation.split(' ');
  const file = path.join(import.meta.dirname, '..', 'app', pattern.replaceAll(/\{(\w+)\}/g, '[$1]'), 'route.ts');
  const handlers: Record<string, unknown> = await import(file);
  const params = asked.params ?? {};
  const address = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const leaving = new AbortController();
  const write = method !== 'get';
  const request = new Request(`http://127.0.0.1:3000${address}${asked.query ? `?${asked.query}` : ''}`, {
    method: method.toUpperCase(),
    signal: leaving.signal,
    headers: { ...(write ? { 'content-type': 'application/json' } : {}), ...asked.headers, ...(await who.headers()) },
    ...(write ? { body: typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body ?? {}) } : {}),
  });
  const response = await Handler.parse(handlers[method.toUpperCase()])(request, { params: Promise.resolve(params) });
  const stream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const text = stream ? '' : await response.text();
  leaving.abort();
  return { status: response.status, text, cookie: response.headers.get('set-cookie') };
}

const may = ({ role, scope }: Who, { people, machines }: Expectation): boolean =>
  (role !== null && people.split(' ').includes(role)) || (scope !== null && machines.split(' ').includes(scope));
const reaches = ({ tenants }: Who, of: Tenant): boolean => tenants === null || tenants.includes(of);
const sees = (who: Who, of: Tenant): boolean => reaches(who, of) && (who.looking === null || who.looking === of);

/** Statuses that say: allowed. What else a write is refused for is not of this table. */
const ALLOWED = { get: [200], write: [200, 201, 400, 409, 429] } as const;

function expected(who: Who, of: Tenant, operation: string, expectation: Expectation): readonly number[] {
  const get = operation.startsWith('get');
  const allowed = [...(get ? ALLOWED.get : ALLOWED.write), ...(expectation.missing ? [404] : [])];
  if (expectation.reach === 'open') return [200, 400, 404, 503];
  if (who.role === null && who.scope === null) return [401];
  if (!may(who, expectation)) return [403];
  switch (expectation.reach) {
    case 'rows':
    case 'same':
    case 'people':
      return allowed;
    case 'person':
      // Known, but not changed; that somebody else changed them first may be told before.
      if (of === 'none') return get || who.tenants === null ? allowed : [403, 409];
      return reaches(who, of) ? allowed : [404];
    case 'row':
    case 'act':
      return sees(who, of) ? allowed : [404];
    case 'write':
      return reaches(who, of) ? allowed : [403];
    case 'all tenants':
      return who.tenants === null ? allowed : [403];
  }
}

/** Whether rows of a tenant are in an answer: of people also those who hold something everywhere. */
const reads = (who: Who, of: Tenant, { reach }: Expectation): boolean =>
  reach === 'people' ? of === 'none' || reaches(who, of) : sees(who, of);

const operations = OPERATIONS.map(({ method, path: address }) => `${method} ${address}`);
const bare = (operation: string): string => operation.split(' ').slice(0, 2).join(' ');

describe('the matrix of permissions', () => {
  it('names every route, and no other', () => {
    expect([...new Set(Object.keys(EXPECTED).map(bare))].toSorted()).toEqual(operations.toSorted());
  });

  it.each(Object.keys(EXPECTED))('%s', async (operation) => {
    const expectation = EXPECTED[operation]!;
    const { reach } = expectation;
    const each = reach === 'row' || reach === 'act' || reach === 'write' || reach === 'person';
    const wrong: string[] = [];
    const one = async (who: Who, of: Tenant): Promise<void> => {
      const { status, text } = await ask(operation, who, expectation.ask?.(of, fixture()) ?? {});
      const right = expected(who, of, operation, expectation);
      if (!right.includes(status)) {
        wrong.push(`${who.name}, ${of}: ${status}, not ${right.join('/')}: ${text.slice(0, 200)}`);
      }
      if (!(reach === 'rows' || reach === 'people') || status !== 200) return;
      for (const other of TENANTS) {
        const mark = expectation.mark?.(other, fixture()) ?? `key-${other}`;
        const should = reads(who, other, expectation);
        if (text.includes(mark) !== should) wrong.push(`${who.name} ${should ? 'does not read' : 'reads'} ${other}'s`);
      }
    };
    await Promise.all(
      everybody.map(async (who) => {
        for (const of of each && may(who, expectation) ? TENANTS : (['acme'] as const)) await one(who, of);
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('beside the table', () => {
  const limited = (name: string, grants: Parameters<typeof person>[2]) => async (): Promise<Who> => {
    const headers = sessions(await person(query, name, grants));
    return { name, role: null, scope: null, tenants: [], looking: null, headers };
  };
  const own = { tenants: ['acme'], sagaTypes: null };
  const everywhere = { tenants: null, sagaTypes: null };

  it('who sees all tenants and acts in one is told why not in the others, and who may', async () => {
    const who = await limited('mixed', [
      { role: 'viewer', ...everywhere },
      { role: 'operator', ...own },
    ])();
    const dryRun = (of: Tenant) => EXPECTED['post /api/v1/sagas/{sagaId}/interventions']!.ask!(of, fixture());
    const answers = await Promise.all(
      TENANTS.map((of) => ask('post /api/v1/sagas/{sagaId}/interventions', who, dryRun(of))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403]);
    expect(answers[1]!.text).toContain('Your role holds for tenant acme only, and this saga is of tenant globex');
    expect(answers[1]!.text).toContain('Ask someone who is operator or admin there.');
    const cancel = await ask('post /api/v1/interventions/{id}/cancel', who, {
      params: { id: at.intervention.globex },
      body: { reason: REASON },
    });
    expect(cancel.status).toBe(403);
    const page = await ask('get /api/v1/sagas/{sagaId}', who, { params: { sagaId: at.saga.globex } });
    const { allowed } = z.object({ allowed: z.record(z.string(), z.unknown()) }).parse(JSON.parse(page.text));
    for (const deed of ['COMPENSATE_SAGA', 'RETRY_INTERVENTION', 'CANCEL_INTERVENTION']) {
      expect(allowed[deed]).toMatchObject({ code: 'out_of_reach' });
    }
    const list = await ask('get /api/v1/overview', who, {});
    const Items = z.object({
      attention: z.array(
        z.object({ tenantId: z.string().nullable(), suggestion: z.object({ mayAct: z.boolean() }).nullable() }),
      ),
    });
    const offered = Items.parse(JSON.parse(list.text)).attention.filter(({ suggestion }) => suggestion !== null);
    expect(offered.length).toBeGreaterThan(2);
    for (const { tenantId, suggestion } of offered) expect(suggestion!.mayAct).toBe(tenantId === 'acme');
  });

  it('who sees one saga type sees no other, and nothing that tells no type', async () => {
    const who = await limited('typed', [{ role: 'admin', tenants: ['acme', 'globex'], sagaTypes: ['kind-acme'] }])();
    const sagas = await ask('get /api/v1/sagas', who, {});
    expect(sagas.text).toContain('kind-acme');
    expect(sagas.text).not.toMatch(/kind-globex|parcel/);
    expect((await ask('get /api/v1/events', who, {})).text).not.toContain('agg-');
    expect((await ask('get /api/v1/audit', who, {})).text).not.toContain(at.intervention.acme);
    expect((await ask('get /api/v1/sagas/{sagaId}', who, { params: { sagaId: at.saga.acme } })).status).toBe(404);
  });

  it('a saga that is not seen is told in the words of one that is not there', async () => {
    const who = everybody.find(({ name }) => name === 'viewer of acme')!;
    const words = async (operation: string, params: Record<string, string>, id: string) => {
      const { status, text } = await ask(operation, who, { params });
      expect(status).toBe(404);
      return z.object({ detail: z.string() }).parse(JSON.parse(text)).detail.replaceAll(id, 'ID');
    };
    for (const operation of ['get /api/v1/sagas/{sagaId}', 'get /api/v1/sagas/{sagaId}/diagram']) {
      const unknown = randomUUID();
      expect(await words(operation, { sagaId: at.saga.globex }, at.saga.globex)).toBe(
        await words(operation, { sagaId: unknown }, unknown),
      );
    }
    const unknown = randomUUID();
    expect(await words('get /api/v1/interventions/{id}', { id: at.intervention.none }, at.intervention.none)).toBe(
      await words('get /api/v1/interventions/{id}', { id: unknown }, unknown),
    );
  });

  it('counts keep to the tenants that are seen', async () => {
    const Counts = z.object({ count: z.object({ value: z.number() }) });
    const Types = z.object({ items: z.array(z.object({ sagaType: z.string(), total: z.int(), attention: z.int() })) });
    const Overview = z.object({
      counts: z.object({ attention: z.object({ value: z.int() }), running: z.int(), failed: z.int() }),
    });
    const read = async (name: string) => {
      const who = everybody.find((one) => one.name === name)!;
      const text = async (operation: string) => JSON.parse((await ask(operation, who, {})).text) as unknown;
      const parcel = Types.parse(await text('get /api/v1/saga-types')).items.find((one) => one.sagaType === 'parcel');
      return {
        sagas: Counts.parse(await text('get /api/v1/sagas')).count.value,
        due: Overview.parse(await text('get /api/v1/overview')).counts.attention.value,
        parcels: parcel?.total,
        parcelsDue: parcel?.attention,
      };
    };
    const one = await read('viewer of acme');
    const all = await read('viewer of all tenants');
    expect(one).toEqual({ sagas: 3, due: 2, parcels: 2, parcelsDue: 2 });
    expect(all).toEqual({ sagas: 9, due: 6, parcels: 6, parcelsDue: 6 });
    expect(await read('admin who looks at acme')).toEqual(one);
    expect(await read('admin who looks at nowhere')).toEqual({ sagas: 0, due: 0, parcels: 0, parcelsDue: 0 });
  });

  it('what the journal says of people is read by who administers all tenants, of definitions by who reads them', async () => {
    const admin = everybody.find(({ name }) => name === 'admin of all tenants')!;
    await ask('post /api/v1/people', admin, EXPECTED['post /api/v1/people']!.ask!('acme', fixture()));
    const declaring = EXPECTED['put /api/v1/services/{name}']!.ask!('acme', fixture());
    await ask('put /api/v1/services/{name}', admin, { ...declaring, params: { name: `s-${randomUUID()}` } });
    for (const who of everybody) {
      const { status, text } = await ask('get /api/v1/audit', who, { query: 'limit=200' });
      if (status !== 200) continue;
      const all = who.tenants === null && who.looking === null;
      expect(text.includes('PersonInvited'), who.name).toBe(all && who.role === 'admin');
      expect(text.includes('ServiceDeclared'), who.name).toBe(all);
    }
  });

  it('a tenant is chosen among one’s own, and the cookie says which', async () => {
    const who = everybody.find(({ name }) => name === 'operator of acme')!;
    const other = await ask('post /api/v1/session/tenant', who, { body: { tenant: 'globex' } });
    const none = await ask('post /api/v1/session/tenant', who, { body: { tenant: 'no such tenant' } });
    expect([other.status, none.status]).toEqual([403, 403]);
    expect(other.text.replaceAll('globex', 'X')).toBe(
      none.text.replaceAll('no such tenant', 'X').replace(REFERENCE(none.text), REFERENCE(other.text)),
    );
    const admin = everybody.find(({ name }) => name === 'admin of all tenants')!;
    const chosen = await ask('post /api/v1/session/tenant', admin, { body: { tenant: 'globex' } });
    expect(chosen.cookie).toBe(`${TENANT_COOKIE}=globex; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`);
    expect(JSON.parse(chosen.text)).toMatchObject({
      tenant: 'globex',
      tenantHasRows: true,
      tenants: ['acme', 'globex'],
    });
    const all = await ask('post /api/v1/session/tenant', admin, { body: { tenant: null } });
    expect(all.cookie).toContain('Max-Age=0');
    const lost = everybody.find(({ looking }) => looking === 'nowhere')!;
    expect(JSON.parse((await ask('get /api/v1/session', lost, {})).text)).toMatchObject({
      tenant: 'nowhere',
      tenantHasRows: false,
    });
  });
});

const REFERENCE = (text: string): string => z.object({ reference: z.string() }).parse(JSON.parse(text)).reference;
