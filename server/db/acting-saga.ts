import type { DefinitionVersion, Service } from '@/core/definition/definition';
import type { ActiveIntervention, InterventionFacts } from '@/core/intervention/facts';
import { foldFact } from '@/core/intervention/fold-fact';
import { isStopped } from '@/core/intervention/state';
import { chooseDefinition } from '@/core/saga/choose';
import { fold } from '@/core/saga/fold';
import type { SagaRow } from '@/core/saga/row';
import type { Saga } from '@/core/saga/saga';
import { contextPaths } from './context-paths';
import { loadDefinitions, loadServices } from './definitions';
import { activeOf, interventionsOf, type StoredIntervention } from './interventions';
import { inspectLogs } from './logs';
import type { Query } from './query';
import { type LogColumns, readSagaRows, sagaLogColumns } from './saga-log';

/** Contexts up to this reach a participant whole; PostgreSQL holds none above 256 MB. */
const WHOLE_CONTEXT_BYTES = 64 * 1024 * 1024;

/** A saga as whatever acts on it sees it: read from saga_log at this moment, with all that `can` and `plan` must know. */
export interface ActingSaga {
  saga: Saga;
  rows: readonly SagaRow[];
  definition: DefinitionVersion | null;
  columns: LogColumns;
  services: readonly Service[];
  facts: InterventionFacts;
  /** Newest first. */
  interventions: readonly StoredIntervention[];
  /** The database's clock, epoch ms. */
  now: number;
  /** Silent since long before the console first started: it calls nobody. */
  historic: boolean;
}

/**
 * Reads a saga for acting on it; null where the log has no row of it. `contextBytes`: larger contexts are reduced to the
 * places that definitions look at; a plan needs them whole, since they are sent.
 */
export async function readActingSaga(
  query: Query,
  sagaId: string,
  actor: string,
  contextBytes: number = WHOLE_CONTEXT_BYTES,
): Promise<ActingSaga | null> {
  // One after the other: inside a transaction there is one connection. Interventions before rows: what their calls
  // brought about is then among the rows.
  const definitions = await loadDefinitions(query);
  const services = await loadServices(query);
  const { right } = await inspectLogs(query);
  const interventions = await interventionsOf(query, sagaId);
  const columns = await sagaLogColumns(query);
  const [asOf] = await query<{ now: number; historic: boolean }>(
    `select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now,
            coalesce((select s.historic from sagascope.saga s where s.saga_id = $1::text::uuid), false) as historic`,
    [sagaId],
  );
  if (!asOf) throw new Error('the database told no time');
  const { now, historic } = asOf;
  const reading = { columns, paths: contextPaths(definitions.map(({ body }) => body)), contextBytes };
  const found = await readSagaRows(query, reading, [sagaId]);
  // A row that the follower has not seen yet is seen by us now: a clock that runs ahead postpones nothing.
  const rows = [...found.values()][0]?.map((row) => (row.seenAt > now ? { ...row, seenAt: now } : row));
  if (!rows) return null;
  const definition = chooseDefinition(rows, definitions);
  const active = activeOf(interventions);
  const facts: InterventionFacts = {
    now,
    actor,
    right,
    definition,
    services,
    lock: null,
    active: active && activeFact(active),
    settlements: [],
  };
  const saga = fold(
    rows,
    definition,
    [],
    interventions.map(({ course }) => foldFact(course)),
  );
  return { saga, rows, definition, columns, services, facts, interventions, now, historic };
}

const activeFact = ({ course }: StoredIntervention): ActiveIntervention => ({
  id: course.id,
  action: course.action,
  state: course.state,
  requestedBy: course.requestedBy,
  stopped: course.calls.filter((call) => isStopped(call.state)).map((call) => call.stepName),
});
