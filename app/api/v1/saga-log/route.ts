import { IngestSagaLogInput } from '@/core/contract/ingest';
import { route } from '@/server/http/route';
import { ingestSagaLog } from '@/server/ingest/ingest-saga-log';
import { INGEST_BYTES } from '@/server/ingest/items';

export const POST = route(IngestSagaLogInput, ingestSagaLog, {
  body: 'items',
  maxBytes: INGEST_BYTES,
  headers: { idempotencyKey: 'idempotency-key' },
  // Written, or the answer of the time when it was.
  status: () => 201,
});
