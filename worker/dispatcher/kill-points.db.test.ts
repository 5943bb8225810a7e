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
  for (const line of lines) expect(line).toMatchObject({ runs: 1, verified: 1, lost: 0, twice: 0 });
  expect(await recordFaults(faults)).toEqual([]);
}, 120_000);
