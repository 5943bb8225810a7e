import { afterAll, beforeAll, expect, test } from 'vitest';
import { POINTS } from '@/e2e/faults/points';
import { FaultTrial, STEPS } from '@/e2e/faults/rounds';
import { recordFaults, verdict } from '@/e2e/faults/verdict';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';

let db: TestDatabase;
let faults: FaultTrial;

beforeAll(async () => {
  db = await testDatabase();
  faults = await FaultTrial.open(db.url);
});
afterAll(async () => {
  await faults?.close();
  await db.drop();
});

// One kill with an intervention at every point: `npm run test:faults` does it over a hundred times.
test('a worker killed at every point of a run loses no effect and makes none twice', async () => {
  await faults.killAt(POINTS.map((point, n) => ({ point, step: STEPS[n % 2 === 0 ? 0 : 1] })));
  const lines = await verdict(faults);
  expect(lines).toHaveLength(POINTS.length);
  for (const line of lines) expect(line).toMatchObject({ runs: 1, verified: 1, lost: 0, twice: 0, attempts: 1 });
  expect(await recordFaults(faults)).toEqual([]);
}, 120_000);

test('what counts effects and rows sees a lost one, and one that is there twice', async () => {
  const [first] = faults.runs;
  const sagaId = await faults.trial.owe();
  faults.runs.splice(0, Infinity, { ...first!, point: 'twice' }, { ...first!, point: 'lost', sagaId });
  await db.pool.query(
    `insert into saga_log (saga_id, step_name, status) values ($1, 'authorize_payment', 'COMPENSATED')`,
    [first!.sagaId],
  );
  expect(await verdict(faults)).toMatchObject([
    { point: 'twice', lost: 0, twice: 1 },
    { point: 'lost', verified: 0, lost: 1, twice: 0 },
  ]);
});
