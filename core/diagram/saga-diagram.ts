import type { SagaDiagram } from '../contract/sagas';
import type { DefinitionVersion } from '../definition/definition';
import type { Saga } from '../saga/saga';
import { cutText, escapeLabel } from './escape';
import { LONGEST_DETAIL, LONGEST_NAME } from './label';
import { MARK, type Machine, type MachineNode, sagaMachine } from './machine';

/** Nodes per picture: dagre draws 200 in 0.9 s, and nobody reads more. */
const BUDGET = 120;
const LONGEST_SENTENCE = 24;

/**
 * A saga as a mermaid flowchart: forward lane, under it the compensation lane with each undo under the step it undoes,
 * the taken path solid. Ids are generated; labels are escaped and cut, the full names are in `nodes`.
 */
export function sagaDiagram(
  saga: Saga,
  definition: DefinitionVersion | null,
  options: { direction: 'LR' | 'TB' },
): SagaDiagram {
  const machine = sagaMachine(saga, definition, BUDGET);
  return {
    mermaid: mermaidText(machine, options.direction),
    sentence: sentenceOf(saga, machine),
    nodes: machine.nodes.map(({ id, step, lane, name, detail, state, current, column, row }) => ({
      id,
      stepName: step.name,
      lane,
      name,
      detail,
      state,
      current,
      column,
      row,
    })),
    edges: machine.edges,
    shown: machine.shown,
    total: machine.total,
  };
}

function mermaidText(machine: Machine, direction: 'LR' | 'TB'): string {
  const lanes = { forward: [] as string[], undo: [] as string[] };
  for (const node of machine.nodes) lanes[node.lane].push(`    ${node.id}["${label(node)}"]`);
  const hasUndo = lanes.undo.length > 0;
  const upright = direction === 'TB';
  // dagre puts the lane above whose nodes it meets last, so the compensation lane is written first.
  const text = [`flowchart ${direction}`];
  if (hasUndo) {
    text.push(`  subgraph undo["${upright ? 'Compensation' : 'Compensation, in reverse order'}"]`);
    text.push(`    ${MARK.undoEnd}{" "}`, ...lanes.undo, `    ${MARK.stay}[" "]`, '  end');
  }
  text.push(
    '  subgraph forward["Forward"]',
    `    ${MARK.start}((" "))`,
    ...lanes.forward,
    `    ${MARK.end}((" "))`,
    '  end',
  );
  text.push(
    ...scaffold(machine).map((line) => `  ${line}`),
    ...edgeLines(machine).map((line) => `  ${line}`),
    ...classLines(machine, hasUndo),
  );
  return `${text.join('\n')}\n`;
}

const label = ({ name, detail }: MachineNode): string =>
  `${escapeLabel(cutText(name, LONGEST_NAME))}<br>${escapeLabel(cutText(detail, LONGEST_DETAIL))}`;

const columnOf = (machine: Machine): ((id: string) => number) => {
  const columns = new Map(machine.nodes.map(({ id, column }) => [id, column]));
  return (id) => columns.get(id) ?? (id === MARK.end || id === MARK.stay ? machine.columns : -1);
};

/**
 * Unseen links that give dagre the columns. Every arrow to the left gets an unseen twin to the right, written before it:
 * dagre reverses the arrow that closes a circle, and so ranks the undo under its step. The stay `z` beside the end
 * holds the compensation lane below.
 */
function scaffold(machine: Machine): string[] {
  const column = columnOf(machine);
  const undo = machine.nodes.filter(({ lane }) => lane === 'undo');
  if (undo.length === 0) return [];
  const first = Math.min(...undo.map((node) => node.column));
  const last = Math.max(...undo.map((node) => node.column));
  const unseen = (from: string, to: string) =>
    `${from} ${'~'.repeat(2 + Math.max(1, column(to) - column(from)))} ${to}`;
  const at = (wanted: number) => undo.filter((node) => node.column === wanted);
  const back = machine.edges.filter(({ from, to }) => column(to) < column(from) && to !== MARK.undoEnd);
  const isUndo = new Set(undo.map(({ id }) => id));
  return [
    ...at(first).map(({ id }) => unseen(MARK.undoEnd, id)),
    ...back
      .filter(({ from }) => isUndo.has(from))
      .toReversed()
      .map(({ from, to }) => unseen(to, from)),
    ...back.filter(({ from }) => !isUndo.has(from)).map(({ from, to }) => unseen(to, from)),
    ...at(last).flatMap(({ id }) => [unseen(id, MARK.end), unseen(id, MARK.stay)]),
    ...at(first).map(({ id }) => unseen(MARK.start, id)),
  ];
}

function edgeLines(machine: Machine): string[] {
  const column = columnOf(machine);
  return machine.edges.map(({ from, to, taken, label: words }) => {
    const length = Math.max(1, column(to) - column(from));
    const arrow = taken ? `${'-'.repeat(length + 1)}>` : `-${'.'.repeat(length)}->`;
    return `${from} ${arrow}${words === null ? '' : `|"${escapeLabel(words)}"|`} ${to}`;
  });
}

function classLines(machine: Machine, hasUndo: boolean): string[] {
  const lines = [
    '  classDef not_started stroke-dasharray:3 3',
    '  classDef current stroke-width:3px',
    '  classDef lane fill:none,stroke:none',
    '  classDef unseen fill:none,stroke:none',
  ];
  const byState = new Map<string, string[]>();
  for (const { id, state } of machine.nodes) byState.set(state, [...(byState.get(state) ?? []), id]);
  for (const [state, ids] of byState) lines.push(`  class ${ids.join(',')} ${state}`);
  const current = machine.nodes.filter((node) => node.current).map(({ id }) => id);
  if (current.length > 0) lines.push(`  class ${current.join(',')} current`);
  lines.push(`  class forward${hasUndo ? ',undo' : ''} lane`);
  if (hasUndo) lines.push(`  class ${MARK.stay} unseen`);
  return lines;
}

const STATE_WORDS = {
  not_started: 'not reached',
  pending: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  compensating: 'being undone',
  compensated: 'undone',
  compensation_failed: 'failed to undo',
} as const satisfies Record<MachineNode['state'], string>;

function sentenceOf(saga: Saga, machine: Machine): string {
  const said = machine.nodes.filter(({ state }) => state !== 'not_started');
  const open = machine.nodes.filter(({ state, lane }) => state === 'not_started' && lane === 'forward').length;
  const parts = said.slice(0, LONGEST_SENTENCE).map((node) => {
    const name = cutText(node.name, LONGEST_NAME);
    return `${name} ${STATE_WORDS[node.state]} (${node.detail})${node.current ? ', the current step' : ''}`;
  });
  if (said.length > LONGEST_SENTENCE) parts.push(`and ${said.length - LONGEST_SENTENCE} more`);
  const path = parts.length === 0 ? 'no step has run' : parts.join('; ');
  const rest = open === 0 ? '' : ` ${open} ${open === 1 ? 'step' : 'steps'} not reached.`;
  const left = machine.shown < machine.total ? ` ${machine.shown} of ${machine.total} steps are drawn.` : '';
  return `State machine of ${cutText(saga.businessKey ?? saga.sagaId, 64)}, ${cutText(saga.sagaType, 64)}. Path taken: ${path}.${rest}${left}`;
}
