import type { DefinitionVersion } from '@/core/definition/definition';
import { chooseDefinition } from '@/core/saga/choose';
import { fold } from '@/core/saga/fold';
import type { SagaRow } from '@/core/saga/row';
import type { Saga } from '@/core/saga/saga';
import { contextPaths } from '@/server/db/context-paths';
import { loadDefinitions } from '@/server/db/definitions';
import type { Query } from '@/server/db/query';
import { type LogColumns, readSagaRows, sagaLogColumns } from '@/server/db/saga-log';
import { Problem } from '@/server/http/problem';

/** A context above this is folded from the places that definitions look at. */
const FOLDED_CONTEXT_BYTES = 65_536;

export interface LoadedSaga {
  saga: Saga;
  definition: DefinitionVersion | null;
  columns: LogColumns;
  /** The database's clock, epoch ms. */
  now: number;
  /** Silent since long before the console first started: it calls nobody. */
  historic: boolean;
}

/**
 * A saga as its rows prove it at this moment: read straight from saga_log, not from what the follower has made of it.
 * @throws Problem `not_found` where the log has no row of it
 */
export async function loadSaga(query: Query, sagaId: string): Promise<LoadedSaga> {
  const [columns, definitions, [asOf]] = await Promise.all([
    sagaLogColumns(query),
    loadDefinitions(query),
    query<{ now: number; historic: boolean }>(
      `select floor(extract(epoch from now()) * 1000)::float8 as now,
              coalesce((select s.historic from sagascope.saga s where s.saga_id = $1::text::uuid), false) as historic`,
      [sagaId],
    ),
  ]);
  const now = asOf?.now ?? Date.now();
  const reading = {
    columns,
    paths: contextPaths(definitions.map(({ body }) => body)),
    contextBytes: FOLDED_CONTEXT_BYTES,
  };
  const found = await readSagaRows(query, reading, [sagaId]);
  const rows = [...found.values()][0]?.map((row) => seenBy(row, now));
  if (!rows)
    throw new Problem('not_found', `The log has no row of saga ${sagaId}. Check the id, or wait for its first row.`);
  const definition = chooseDefinition(rows, definitions);
  return { saga: fold(rows, definition, [], []), definition, columns, now, historic: asOf?.historic ?? false };
}

// A row that the follower has not seen yet is seen by us now: a clock that runs ahead postpones nothing.
const seenBy = (row: SagaRow, now: number): SagaRow => (row.seenAt > now ? { ...row, seenAt: now } : row);
