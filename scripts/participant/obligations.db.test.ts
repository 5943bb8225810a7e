import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderOf } from '@/demo/catalog';
import { contextText } from '@/demo/json';
import type { Shop } from '@/demo/shop';
import { openShop, SECRET } from '@/demo/test-shop';
import { testDatabase, type TestDatabase } from '@/server/db/test-database';
import { ParticipantLog } from './log';
import { type CheckInput, type Finding, ParticipantCheck } from './obligations';

let db: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  db = await testDatabase();
  shop = await openShop(db.url);
});
afterAll(async () => {
  await shop?.stop();
  await db?.drop();
});

const check = (input: Pick<CheckInput, 'url' | 'stepName'> & Partial<CheckInput>): Promise<readonly Finding[]> =>
  new ParticipantCheck({ secret: SECRET, context: null, log: new ParticipantLog(db.pool), ...input }).run();
const told = (findings: readonly Finding[], verdict: Finding['verdict']) =>
  findings
    .filter((one) => one.verdict === verdict)
    .map(({ obligation, what, saw }) => `(${obligation}) ${what}: ${saw}`);

describe('the kit', () => {
  test.each([
    ['payment', 'authorize_payment'],
    ['inventory', 'reserve_inventory'],
    ['shipping', 'create_shipment'],
  ])('finds that the demo shop\u2019s %s keeps every obligation', async (service, stepName) => {
    const context = contextText(orderOf(3, 900_000).context);
    const findings = await check({ url: shop.network.urlOf(service), stepName, context });
    expect(told(findings, 'breaks')).toEqual([]);
    expect(told(findings, 'not tried')).toEqual([]);
    expect(new Set(findings.map(({ obligation }) => obligation))).toEqual(
      new Set(['signature', 'a', 'b', 'c', 'd', 'e']),
    );
  });

  test('says what it could not try', async () => {
    const findings = await check({ url: shop.network.urlOf('payment'), stepName: 'authorize_payment', log: null });
    expect(told(findings, 'breaks')).toEqual([]);
    const untried = told(findings, 'not tried');
    expect(untried.some((line) => line.endsWith('give --database to see the rows'))).toBe(true);
    expect(untried.some((line) => line.endsWith('give --context FILE'))).toBe(true);
  });

  test('finds every obligation that a careless participant breaks', async () => {
    const careless = createServer((request, response) => {
      const [, , sagaId, , stepName, verb] = (request.url ?? '').split('/');
      request.resume().on('end', () => {
        // Any signature, another effect for every call, and a row that nobody can tell apart.
        const status = verb === 'retry' ? 'SUCCESS' : 'COMPENSATED';
        void db.pool
          .query('insert into saga_log (saga_id, step_name, status) values ($1, $2, $3)', [sagaId, stepName, status])
          .then(() => response.end(JSON.stringify({ effect: randomUUID() })));
      });
    });
    await new Promise<void>((resolve) => careless.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(careless.address() as AddressInfo).port}`;
      const findings = await check({ url, stepName: 'anything', context: '{}' });
      const broken = findings.filter(({ verdict }) => verdict === 'breaks').map(({ obligation }) => obligation);
      expect(new Set(broken)).toEqual(new Set(['signature', 'a', 'b', 'c', 'd', 'e']));
    } finally {
      await new Promise((resolve) => careless.close(resolve));
    }
  });
});
