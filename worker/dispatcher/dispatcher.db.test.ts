import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effectsOf, logOf, wrongShelves } from '@/demo/test-shop';
import { changeIntervention, findIntervention } from '@/server/db/interventions';
import { pgQuery } from '@/server/db/query';
import { getHealth } from '@/server/health/get-health';
import { cancelIntervention, retryIntervention } from '@/server/interventions/change-intervention';
import { getIntervention } from '@/server/interventions/get-intervention';
import { listInterventions } from '@/server/interventions/list-interventions';
import { listAudit } from '@/server/audit/list-audit';
import { verifyAudit } from '@/server/audit/verify-audit';
import { getSaga } from '@/server/sagas/get-saga';
import { verify } from '@/worker/verify';
import {
  type Acting,
  intervene,
  openActing,
  owingSaga,
  preview,
  problemOf,
  reaches,
  REASON,
  until,
} from './acting.fixture';

let acting: Acting;
beforeAll(async () => {
  acting = await openActing();
  await acting.work();
});
afterAll(async () => {
  await acting?.end();
});

const BACK_S = 0.01;
const LONG_S = 3_600;
const rowOf = async (sagaId: string) =>
  (
    await acting.db.pool.query<{ reasons: string[] | null; due: boolean }>(
      `select array(select r->>'reason' from jsonb_array_elements(attention) r) as reasons, attention_since <= now() as due
         from sagascope.saga where saga_id = $1`,
      [sagaId],
    )
  ).rows[0];
const compensated = async (sagaId: string) =>
  (await logOf(acting.db.pool, sagaId)).filter(({ status }) => status === 'COMPENSATED').length;
const differences = async () => (await verify({ databaseUrl: acting.db.url, log: () => undefined })).differences;

describe('a saga', () => {
  test('is compensated step by step, and each is proven by its row', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const plan = await preview(ctx, sagaId, 'COMPENSATE_SAGA');
    expect(plan.steps.map(({ stepName }) => stepName)).toEqual(['authorize_payment', 'reserve_inventory']);
    const id = await intervene(ctx, sagaId, 'COMPENSATE_SAGA');
    const done = await reaches(ctx, id, 'verified');
    const proven = { state: 'verified', attempts: 1, verifiedBy: 'this_intervention', evidence: 'log' };
    expect(done.steps).toMatchObject([
      { stepName: 'authorize_payment', ...proven },
      { stepName: 'reserve_inventory', ...proven },
    ]);
    expect(await effectsOf(acting.db.pool, sagaId)).toMatchObject({ reservation: 'released', hold: 'voided' });
    expect(await wrongShelves(acting.db.pool)).toEqual([]);
    expect((await logOf(acting.db.pool, sagaId)).at(-1)).toMatchObject({ status: 'COMPENSATED', compensation_id: id });
    const saga = await getSaga(ctx, { sagaId });
    expect(saga).toMatchObject({ status: 'COMPENSATED', interventions: [{ id, state: 'verified' }] });
    expect(saga.activity.map(({ type }) => type)).toEqual([
      'InterventionVerified',
      'StepCompensated',
      'CallAccepted',
      'CallDispatched',
      'StepCompensated',
      'CallAccepted',
      'CallDispatched',
      'InterventionRequested',
    ]);
    expect(saga.activity.at(-1)?.text).toBe(`anna requested compensating the saga with 2 calls: “${REASON}”`);
  });

  test('whose page says what may be done: compensate now, nothing else in this version', async () => {
    const { allowed } = await getSaga(acting.as('anna'), { sagaId: await owingSaga(acting) });
    expect(allowed.COMPENSATE_SAGA).toBe(true);
    expect(allowed.RESOLVE).toMatchObject({ code: 'not_available' });
  });

  test('moved by a foreign row between two calls is left alone: halted, the second call never made', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    await acting.db.pool.query(
      `create or replace function shop.meddle() returns trigger language plpgsql as $$ begin
         insert into saga_log (saga_id, step_name, status) values (new.saga_id, 'create_shipment', 'SUCCESS'); return null; end $$;
       create or replace trigger meddle after insert on saga_log for each row
         when (new.saga_id = '${sagaId}' and new.status = 'COMPENSATED') execute function shop.meddle()`,
    );
    const id = await intervene(ctx, sagaId, 'COMPENSATE_SAGA');
    const halted = await reaches(ctx, id, 'halted');
    expect(halted.because).toContain('moved');
    expect(halted.steps).toMatchObject([{ state: 'verified' }, { state: 'cancelled', attempts: 0 }]);
    expect(await effectsOf(acting.db.pool, sagaId)).toMatchObject({ reservation: 'reserved', hold: 'voided' });
    await acting.db.pool.query('drop trigger meddle on saga_log');
  });
});

describe('a participant that is down', () => {
  test('is called three times, calls a person at once, and is retried with the same key once it is back', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    await acting.shop.network.down('payment', LONG_S);
    const id = await intervene(ctx, sagaId, 'COMPENSATE_SAGA');
    const dead = await reaches(ctx, id, 'dead_lettered');
    expect(dead.steps).toMatchObject([
      { stepName: 'authorize_payment', state: 'dead_lettered', attempts: 3 },
      { stepName: 'reserve_inventory', state: 'waiting', attempts: 0 },
    ]);
    expect(dead.steps[0]?.answer?.text).toBe('could not be reached, effect unknown');
    await until(
      () => rowOf(sagaId),
      (row) => row?.reasons?.[0] === 'COMPENSATION_FAILED' && row.due,
    );
    expect((await getSaga(ctx, { sagaId })).attention?.reason).toBe('COMPENSATION_FAILED');
    expect((await getHealth(ctx)).compensation_queue).toEqual({ pending: 0, dead: 1 });
    expect((await getSaga(ctx, { sagaId })).allowed.COMPENSATE_SAGA).toMatchObject({ code: 'intervention_active' });
    await acting.shop.network.down('payment', BACK_S);
    await until(async () => acting.shop.network.isUp('payment'), Boolean);
    await retryIntervention(ctx, { id, reason: 'payment is back again' });
    const done = await reaches(ctx, id, 'verified');
    expect(done.steps).toMatchObject([{ attempts: 4 }, { attempts: 1 }]);
    const { rows } = await acting.db.pool.query(
      `select e.key as ours, a.key as theirs from sagascope.effect e join shop.answered_call a using (saga_id, step_name)
        where saga_id = $1 and step_name = 'authorize_payment' and a.action = 'compensate'`,
      [sagaId],
    );
    expect(rows).toEqual([{ ours: `${id}:authorize_payment`, theirs: `${id}:authorize_payment` }]);
    await until(
      () => rowOf(sagaId),
      (row) => row?.reasons?.length === 0,
    );
    expect((await getHealth(ctx)).compensation_queue).toEqual({ pending: 0, dead: 0 });
  });

  test('for good: it is given up with a reason, and nothing was ever undone', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    await acting.shop.network.down('payment', LONG_S);
    const id = await intervene(ctx, sagaId, 'COMPENSATE_STEP', 'authorize_payment');
    await reaches(ctx, id, 'dead_lettered');
    const given = await cancelIntervention(ctx, { id, reason: 'the money is sent back by hand' });
    expect(given).toMatchObject({ state: 'cancelled', because: 'the money is sent back by hand' });
    expect((await problemOf(retryIntervention(ctx, { id, reason: 'once more, please' }))).code).toBe('illegal_action');
    expect(await compensated(sagaId)).toBe(0);
    await acting.shop.network.down('payment', BACK_S);
    await until(async () => acting.shop.network.isUp('payment'), Boolean);
  });

  test('with all the others: nothing ever turns green', async () => {
    const ctx = acting.as('anna');
    const sagas = [await owingSaga(acting), await owingSaga(acting), await owingSaga(acting)];
    const services = ['order', 'inventory', 'payment', 'shipping'] as const;
    for (const name of services) await acting.shop.network.down(name, LONG_S);
    const ids = await Promise.all(sagas.map((sagaId) => intervene(ctx, sagaId, 'COMPENSATE_SAGA')));
    for (const id of ids) {
      const stopped = await reaches(ctx, id, 'dead_lettered');
      expect(stopped.steps.every((step) => step.verifiedByLogId === null)).toBe(true);
    }
    for (const sagaId of sagas) {
      expect(await compensated(sagaId)).toBe(0);
      expect((await getSaga(ctx, { sagaId })).status).toBe('FAILED');
    }
    const { rowCount } = await acting.db.pool.query(
      `select 1 from sagascope.journal where saga_id = any($1) and type in ('StepCompensated', 'InterventionVerified')`,
      [sagas],
    );
    expect(rowCount).toBe(0);
    for (const name of services) await acting.shop.network.down(name, BACK_S);
    await until(async () => services.every((name) => acting.shop.network.isUp(name)), Boolean);
  });

  test('is proven by a late row although it was dead-lettered', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    await acting.shop.network.down('payment', LONG_S);
    const id = await intervene(ctx, sagaId, 'COMPENSATE_SAGA');
    await reaches(ctx, id, 'dead_lettered');
    await acting.db.pool.query(`update shop.payment_hold set state = 'voided' where saga_id = $1`, [sagaId]);
    await acting.db.pool.query(
      `insert into saga_log (saga_id, step_name, status) values ($1, 'authorize_payment', 'COMPENSATED')`,
      [sagaId],
    );
    const done = await reaches(ctx, id, 'verified');
    expect(done.steps).toMatchObject([{ verifiedBy: 'another_hand' }, { verifiedBy: 'this_intervention' }]);
    await acting.shop.network.down('payment', BACK_S);
    await until(async () => acting.shop.network.isUp('payment'), Boolean);
  });
});

describe('the worker', () => {
  test('that ended between number and answer sends the same number again, not another', async () => {
    await acting.rest();
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const id = await intervene(ctx, sagaId, 'COMPENSATE_STEP', 'authorize_payment');
    const query = pgQuery(acting.db.pool);
    const read = await findIntervention(query, id);
    const command = { type: 'dispatch', at: Date.now(), lastLogId: read!.plan.asOfLogId.toString() } as const;
    await changeIntervention(query, read!, command, { actor: 'sagascope', role: 'worker', origin: 'worker' });
    await acting.work();
    expect((await reaches(ctx, id, 'verified')).steps).toMatchObject([{ attempts: 1 }]);
    const { items } = await listAudit(ctx, { interventionId: id, limit: 50 });
    expect(items.map(({ type }) => type).toReversed()).toEqual([
      'InterventionRequested',
      'CallDispatched',
      'CallRedelivered',
      'CallAccepted',
      'StepCompensated',
      'InterventionVerified',
    ]);
  });

  test('finds an intervention whose job was lost', async () => {
    await acting.rest();
    const ctx = acting.as('anna');
    const id = await intervene(ctx, await owingSaga(acting), 'COMPENSATE_SAGA');
    await acting.db.pool.query('delete from sagascope_jobs.job');
    await acting.work();
    await reaches(ctx, id, 'verified');
  });

  test('goes on when every connection of it is cut', async () => {
    const ctx = acting.as('anna');
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      ids.push(await intervene(ctx, await owingSaga(acting), 'COMPENSATE_SAGA'));
      await acting.db.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name in ('sagascope dispatcher', 'sagascope jobs', 'sagascope worker')`,
      );
      await pause(20);
    }
    for (const id of ids) await reaches(ctx, id, 'verified');
  });
});

describe('lists', () => {
  test('of interventions and of the journal are read page by page, both ways', async () => {
    const ctx = acting.as('anna');
    const whole = await listInterventions(ctx, { limit: 200 });
    expect(whole.items.length).toBeGreaterThan(5);
    const first = await listInterventions(ctx, { limit: 3 });
    const second = await listInterventions(ctx, { limit: 3, cursor: first.next! });
    const back = await listInterventions(ctx, { limit: 3, cursor: second.previous! });
    expect([...first.items, ...second.items]).toEqual(whole.items.slice(0, 6));
    expect(back.items).toEqual(first.items);
    const one = whole.items[0]!;
    expect(await getIntervention(ctx, { id: one.id })).toEqual(one);
    const ofSaga = await listInterventions(ctx, { limit: 50, sagaId: one.sagaId, state: [one.state] });
    expect(ofSaga.items).toEqual([one]);
    expect((await problemOf(listInterventions(ctx, { limit: 3, cursor: 'x' }))).code).toBe('invalid');
    const entries = await listAudit(ctx, { limit: 10 });
    const older = await listAudit(ctx, { limit: 10, cursor: entries.next! });
    expect(BigInt(older.items[0]!.seq)).toBe(BigInt(entries.items[9]!.seq) - 1n);
    expect((await listAudit(ctx, { limit: 10, cursor: older.previous! })).items).toEqual(entries.items);
    expect((await listAudit(ctx, { limit: 1, sagaId: one.sagaId })).items[0]?.sagaId).toBe(one.sagaId);
  });
});

describe('the journal', () => {
  test('is one chain, and makes every intervention what it is', async () => {
    const { pool } = acting.db;
    const counted = await pool.query<{ n: string }>('select count(*)::text as n from sagascope.journal');
    expect(await verifyAudit(acting.as('anna'))).toEqual({ entries: counted.rows[0]?.n, fault: null });
    expect(await until(differences, (found) => found.length === 0)).toEqual([]);
  });

  test('cannot be changed, and says so where somebody did it all the same', async () => {
    const { pool } = acting.db;
    const change = `update sagascope.journal set body = replace(body, 'carrier', 'courier') where seq = 1`;
    await expect(pool.query(change)).rejects.toThrow('append-only');
    await expect(pool.query('delete from sagascope.journal')).rejects.toThrow('append-only');
    await expect(pool.query('truncate sagascope.journal')).rejects.toThrow('append-only');
    await pool.query(`alter table sagascope.journal disable trigger user; ${change}`);
    const { fault } = await verifyAudit(acting.as('anna'));
    expect(fault).toEqual({ seq: '1', text: 'Entry 1 was changed after it was written.' });
    const found = await differences();
    expect(found.some((line) => line.startsWith('journal: Entry 1'))).toBe(true);
    expect(found.some((line) => line.includes('differs from what its journal makes of it'))).toBe(true);
    await pool.query(
      `update sagascope.journal set body = replace(body, 'courier', 'carrier') where seq = 1; alter table sagascope.journal enable trigger user`,
    );
    expect((await verifyAudit(acting.as('anna'))).fault).toBeNull();
  });
});

describe('a role that may only read the logs', () => {
  test('plans nothing, and is told why', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const role = `reader_${sagaId.slice(0, 8)}`;
    await acting.db.pool.query(
      `create role ${role}; grant select on all tables in schema public to ${role};
       grant usage on schema sagascope to ${role}; grant select on all tables in schema sagascope to ${role}`,
    );
    const client = await acting.db.pool.connect();
    try {
      await client.query(`set role ${role}`);
      const reader = { ...ctx, db: { ...ctx.db, primary: pgQuery(client) } };
      const refused = await problemOf(preview(reader, sagaId, 'COMPENSATE_SAGA'));
      expect(refused).toMatchObject({ code: 'illegal_action' });
      expect(refused.detail).toContain('may only read this database');
    } finally {
      await client.query('reset role');
      client.release();
      await acting.db.pool.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});
