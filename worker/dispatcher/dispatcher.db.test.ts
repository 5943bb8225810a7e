import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { effectsOf, logOf, wrongShelves } from '@/demo/test-shop';
import { type Acting, intervene, openActing, owingSaga, preview, reaches } from './acting.fixture';

let acting: Acting;
beforeAll(async () => {
  acting = await openActing();
  await acting.work();
});
afterAll(async () => {
  await acting?.end();
});

describe('a saga', () => {
  test('is compensated step by step, and each is proven by its row', async () => {
    const ctx = acting.as('anna');
    const sagaId = await owingSaga(acting);
    const plan = await preview(ctx, sagaId, 'COMPENSATE_SAGA');
    expect(plan.steps.map(({ stepName }) => stepName)).toEqual(['authorize_payment', 'reserve_inventory']);
    const id = await intervene(ctx, sagaId, 'COMPENSATE_SAGA');
    const done = await reaches(ctx, id, 'verified');
    expect(done.steps).toMatchObject([
      {
        stepName: 'authorize_payment',
        state: 'verified',
        attempts: 1,
        verifiedBy: 'this_intervention',
        evidence: 'log',
      },
      {
        stepName: 'reserve_inventory',
        state: 'verified',
        attempts: 1,
        verifiedBy: 'this_intervention',
        evidence: 'log',
      },
    ]);
    expect(await effectsOf(acting.db.pool, sagaId)).toMatchObject({ reservation: 'released', hold: 'voided' });
    expect(await wrongShelves(acting.db.pool)).toEqual([]);
    expect((await logOf(acting.db.pool, sagaId)).at(-1)).toMatchObject({ status: 'COMPENSATED', compensation_id: id });
  });
});
