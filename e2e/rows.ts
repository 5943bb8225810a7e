import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { address } from './addresses';

/** A row of saga_log as a service writes it; times are minutes before now. */
export interface NewRow {
  stepName: string;
  status: string;
  minutesAgo?: number;
  sagaType?: string;
  phase?: string;
  attempt?: number;
  error?: object;
  /** JSON text, sent as it stands. */
  context?: string;
  compensatingAction?: string;
  service?: string;
}

/** Runs work on a connection of its own to the journeys' database. */
export async function withDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: address('database') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Appends rows to a saga, each in its own transaction, as services do. */
export async function append(sagaId: string, rows: readonly NewRow[]): Promise<void> {
  await withDatabase(async (client) => {
    for (const row of rows) {
      await client.query(
        `INSERT INTO saga_log (saga_id, step_name, status, created_at, saga_type, phase, attempt, error, context, compensating_action, service)
         VALUES ($1, $2, $3, now() - $4 * interval '1 minute', $5, $6, $7, $8::jsonb, $9::jsonb, $10, $11)`,
        [
          sagaId,
          row.stepName,
          row.status,
          row.minutesAgo ?? 0,
          row.sagaType ?? null,
          row.phase ?? null,
          row.attempt ?? null,
          row.error === undefined ? null : JSON.stringify(row.error),
          row.context ?? null,
          row.compensatingAction ?? null,
          row.service ?? null,
        ],
      );
    }
  });
}

export interface Order {
  sagaId: string;
  businessKey: string;
}

const TIMEOUT = {
  code: 'CARRIER_TIMEOUT',
  message: 'NordPost did not answer in 5 s',
  category: 'system',
  retryable: true,
};

/** An order whose shipment failed for good: two effects stand, and nobody undoes them. */
export async function failedOrder(): Promise<Order> {
  const sagaId = randomUUID();
  const businessKey = `order-${sagaId.slice(0, 8)}`;
  const sagaType = 'journey_order';
  const context = `{"order_id": "${businessKey}", "amount": {"eur": 184.90}, "lines": [{"sku": "SKU-1042", "qty": 2}], "ledger": 9007199254740993}`;
  const action = { sagaType, phase: 'ACTION', minutesAgo: 20, context } as const;
  await append(sagaId, [
    { ...action, stepName: 'reserve_inventory', status: 'PENDING', service: 'inventory' },
    {
      ...action,
      stepName: 'reserve_inventory',
      status: 'SUCCESS',
      service: 'inventory',
      compensatingAction: 'release_inventory',
    },
    { ...action, stepName: 'authorize_payment', status: 'PENDING', service: 'payment' },
    {
      ...action,
      stepName: 'authorize_payment',
      status: 'SUCCESS',
      service: 'payment',
      compensatingAction: 'void_payment',
    },
    ...[1, 2, 3].flatMap((attempt) => [
      { ...action, stepName: 'create_shipment', status: 'PENDING', attempt, service: 'shipping' },
      { ...action, stepName: 'create_shipment', status: 'FAILED', attempt, service: 'shipping', error: TIMEOUT },
    ]),
  ]);
  return { sagaId, businessKey };
}
