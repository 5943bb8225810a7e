import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, effectsOf, logOf } from '@/demo/test-shop';
import { personWith } from '@/server/auth/test-actors';
import { requestIntervention } from '@/server/interventions/request-intervention';
import { type Acting, confirmation, openActing, owingSaga, preview, problemOf, reaches } from './acting.fixture';

let acting: Acting;
beforeAll(async () => {
  acting = await openActing();
  await acting.work();
});
afterAll(async () => {
  await acting?.end();
});

/** What the real payment service did for a saga: its table, its events, the rows that prove it. */
async function payment(sagaId: string) {
  const { pool } = acting.db;
  const voided = await pool.query(
    `select 1 from event_store where metadata->>'saga_id' = $1 and event_type = 'PaymentVoidedV1'`,
    [sagaId],
  );
  const rows = await logOf(pool, sagaId, 'authorize_payment');
  return {
    hold: (await effectsOf(pool, sagaId)).hold,
    voided: voided.rowCount,
    rows: rows.filter(({ status }) => status === 'COMPENSATED').length,
  };
}
const ONCE = { hold: 'voided', voided: 1, rows: 1 };

const requested = async (sagaId: string) =>
  (
    await acting.db.pool.query(
      `select 1 from sagascope.journal where saga_id = $1 and type = 'InterventionRequested'`,
      [sagaId],
    )
  ).rowCount;

describe('exactly one effect', () => {
  test('of a hundred identical requests at once, and of the same request again afterwards', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const plan = await preview(ctx, sagaId, 'COMPENSATE_STEP', 'authorize_payment');
    const request = confirmation(sagaId, plan, 'authorize_payment');
    const answers = await Promise.all(Array.from({ length: 100 }, () => requestIntervention(ctx, request)));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ intervention }) => intervention.id))).toEqual(new Set([request.compensationId]));
    await reaches(ctx, request.compensationId, 'verified');
    expect(await payment(sagaId)).toEqual(ONCE);
    const replayed = await requestIntervention(ctx, request);
    expect(replayed).toMatchObject({ created: false, intervention: { state: 'verified' } });
    expect(await requested(sagaId)).toBe(1);
    expect(await payment(sagaId)).toEqual(ONCE);
  });

  test('of two operators: one goes first, the other is told who', async () => {
    const sagaId = await owingSaga(acting);
    const plan = await preview(acting.as('anna'), sagaId, 'COMPENSATE_SAGA');
    const both = ['anna', 'bert'].map((name) => requestIntervention(acting.as(name), confirmation(sagaId, plan)));
    const settled = await Promise.allSettled(both);
    const [winner] = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = settled.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: expect.stringMatching(/illegal_action|stale_view/) });
    await reaches(acting.as('anna'), winner!.intervention.id, 'verified');
    expect(await payment(sagaId)).toEqual(ONCE);
    expect(await requested(sagaId)).toBe(1);
  });

  test('of a person and the orchestrator at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ctx = acting.as('anna');
      const sagaId = await owingSaga(acting);
      const request = confirmation(sagaId, await preview(ctx, sagaId, 'COMPENSATE_SAGA'));
      const undoes = (await logOf(acting.db.pool, sagaId, 'authorize_payment')).at(-1)?.id;
      const orchestrator = { sagaId, stepName: 'authorize_payment', verb: '/compensate' as const, undoes };
      const [, theirs] = await Promise.all([
        requestIntervention(ctx, request).catch((error: unknown) => error),
        call(acting.shop, orchestrator),
      ]);
      expect(theirs.status).toBe(200);
      expect(await payment(sagaId)).toMatchObject({ hold: 'voided', voided: 1 });
      // Either the request came first and is proven by either hand, or it was stale and nothing was asked for.
      if ((await requested(sagaId)) === 1) await reaches(ctx, request.compensationId, 'verified');
      expect(await payment(sagaId)).toEqual(ONCE);
    }
  });
});

describe('a request', () => {
  test('with the id of another one is refused', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const request = confirmation(sagaId, await preview(ctx, sagaId, 'COMPENSATE_SAGA'));
    await requestIntervention(ctx, request);
    const other = { ...request, reason: 'something else altogether' };
    expect((await problemOf(requestIntervention(ctx, other))).code).toBe('duplicate');
    await reaches(ctx, request.compensationId, 'verified');
  });

  test('from a stale page is refused with the rows since', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const plan = await preview(ctx, sagaId, 'COMPENSATE_SAGA');
    const { rows } = await acting.db.pool.query<{ id: string }>(
      `insert into saga_log (saga_id, step_name, status, phase) values ($1, 'authorize_payment', 'PENDING', 'COMPENSATION') returning id::text`,
      [sagaId],
    );
    const problem = await problemOf(requestIntervention(ctx, confirmation(sagaId, plan)));
    expect(problem).toMatchObject({ code: 'stale_view' });
    expect(problem.since).toMatchObject([{ id: rows[0]?.id, stepName: 'authorize_payment', status: 'PENDING' }]);
    expect(await requested(sagaId)).toBe(0);
  });

  test('for a plan that nobody has seen is stale too, without rows', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const plan = await preview(ctx, sagaId, 'COMPENSATE_SAGA');
    const problem = await problemOf(
      requestIntervention(ctx, { ...confirmation(sagaId, plan), planHash: '0'.repeat(64) }),
    );
    expect(problem).toMatchObject({ code: 'stale_view', since: [] });
  });

  test('leaves nothing behind when any part of it fails', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const request = confirmation(sagaId, await preview(ctx, sagaId, 'COMPENSATE_SAGA'));
    const jobs = { ...ctx.jobs, advance: () => Promise.reject(new Error('no queue today')) };
    await expect(requestIntervention({ ...ctx, jobs }, request)).rejects.toThrow('no queue today');
    for (const table of ['intervention', 'effect', 'journal']) {
      const { rowCount } = await acting.db.pool.query(`select 1 from sagascope.${table} where saga_id = $1`, [sagaId]);
      expect(rowCount, table).toBe(0);
    }
    expect(await requestIntervention(ctx, request)).toMatchObject({ created: true });
    await reaches(ctx, request.compensationId, 'verified');
  });

  test('of an unknown saga, and by somebody without the role, is refused', async () => {
    const ctx = acting.as('anna');
    expect((await problemOf(preview(ctx, randomUUID(), 'COMPENSATE_SAGA'))).code).toBe('not_found');
    const viewer = { ...ctx, actor: personWith('viewer') };
    const sagaId = await owingSaga(acting);
    expect((await problemOf(preview(viewer, sagaId, 'COMPENSATE_SAGA'))).code).toBe('forbidden');
    const request = confirmation(sagaId, await preview(ctx, sagaId, 'COMPENSATE_SAGA'));
    expect((await problemOf(requestIntervention(viewer, request))).code).toBe('forbidden');
  });
});
