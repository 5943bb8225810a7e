import { PICTURE_COMMANDS } from '@/core/flow/budget';
import type { FlowCommand } from '@/core/flow/steps';
import { errorCode } from '@/core/saga/current';
import { chooseDefinition } from '@/core/saga/choose';
import { fold } from '@/core/saga/fold';
import { contextPaths } from '@/server/db/context-paths';
import { loadDefinitions } from '@/server/db/definitions';
import type { Query } from '@/server/db/query';
import { readSagaRows, sagaLogColumns } from '@/server/db/saga-log';

// A business key is all that a fold reads of a context here.
const CONTEXT_BYTES = 2_048;

/** Commands of the sagas of a flow: the first of them in time, as many as one picture takes, and how many there are. */
export interface FlowCommands {
  commands: FlowCommand[];
  total: number;
}

export const NO_COMMANDS: FlowCommands = { commands: [], total: 0 };

/**
 * The attempts to run and to undo the steps of these sagas, as the fold of their logs numbers them. Whether a person may
 * see the sagas is asked before.
 */
export async function readCommands(query: Query, sagaIds: readonly string[]): Promise<FlowCommands> {
  if (sagaIds.length === 0) return NO_COMMANDS;
  const [definitions, columns] = await Promise.all([loadDefinitions(query), sagaLogColumns(query)]);
  const paths = contextPaths(definitions.map(({ body }) => body));
  const sagas = await readSagaRows(query, { columns, paths, contextBytes: CONTEXT_BYTES }, sagaIds);
  const commands = [...sagas.values()].flatMap((rows) => {
    const services = new Map(rows.map(({ id, service }) => [id, service]));
    const { sagaId, steps } = fold(rows, chooseDefinition(rows, definitions), [], []);
    return steps.flatMap((step) =>
      step.attemptList.map(({ direction, number, outcome, error, startedAt, finishedAt, firstLogId }): FlowCommand => {
        const undo = step.compensatingAction ?? `undo ${step.name}`;
        return {
          sagaId,
          stepName: step.name,
          name: direction === 'forward' ? step.name : undo,
          service: services.get(firstLogId) ?? step.service ?? '',
          direction,
          attempt: number,
          outcome,
          errorCode: error === null ? null : errorCode(error),
          logId: firstLogId.toString(),
          // Where only the outcome was written, that is when it is known of.
          at: startedAt ?? finishedAt ?? 0,
        };
      }),
    );
  });
  const inTime = commands.sort((a, b) => a.at - b.at || (BigInt(a.logId) < BigInt(b.logId) ? -1 : 1));
  return { commands: inTime.slice(0, PICTURE_COMMANDS), total: inTime.length };
}
