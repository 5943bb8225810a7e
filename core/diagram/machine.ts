import type { DefinitionVersion } from '../definition/definition';
import { stepOf } from '../definition/step-of';
import { compensationName } from '../narrative/words';
import type { Saga, Step } from '../saga/saga';
import { stepGraph, type StepGraph } from './step-graph';
import { forwardState, forwardWords, type NodeState, ran, undoState, undoWords } from './step-words';

export interface MachineNode {
  /** Generated, never data. */
  id: string;
  step: Step;
  lane: 'forward' | 'undo';
  /** In full: the step's name, or that of its compensation. */
  name: string;
  detail: string;
  state: NodeState;
  current: boolean;
  /** Place in the grid: an undo has the column of its step; parallel steps share a column. */
  column: number;
  row: number;
}

export interface MachineEdge {
  from: string;
  to: string;
  taken: boolean;
  label: string | null;
}

/** Ids of the four marks: start, end, end of the compensation, and the unseen stay that keeps the lanes in order. */
export const MARK = { start: 's', end: 'e', undoEnd: 'r', stay: 'z' } as const;

export interface Machine {
  nodes: MachineNode[];
  edges: MachineEdge[];
  columns: number;
  /** Steps in the picture, and all of them. */
  shown: number;
  total: number;
}

/** Nodes and edges of a saga's picture: its forward lane, its compensation lane, and the path that the log proves. */
export function sagaMachine(saga: Saga, definition: DefinitionVersion | null, budget: number): Machine {
  const undoable = (step: Step) => hasUndo(step, saga, definition);
  const steps = withinBudget(saga, undoable, budget);
  const graph = stepGraph(saga.steps, definition, new Set(steps));
  const over = saga.status === 'COMPLETED' || saga.status === 'COMPENSATED';
  const rows = new Map<number, number>();
  const forward: MachineNode[] = [];
  const undo: MachineNode[] = [];
  for (const [index, step] of steps.entries()) {
    const column = graph.column(step);
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    const current = !over && step.name === saga.currentStep;
    const place = { step, column, row };
    forward.push({
      ...place,
      id: `f${index}`,
      lane: 'forward',
      name: step.name,
      detail: forwardWords(step, saga),
      state: forwardState(step),
      current: current && currentLane(step) === 'forward',
    });
    if (!undoable(step)) continue;
    undo.push({
      ...place,
      id: `u${index}`,
      lane: 'undo',
      name: compensationName(step, definition) ?? `undo ${step.name}`,
      detail: undoWords(step, saga),
      state: undoState(step),
      current: current && currentLane(step) === 'undo',
    });
  }
  // A lane has no holes: the undo of the second of two parallel steps moves up where the first has none.
  const undoRows = new Map<number, number>();
  for (const node of undo) {
    node.row = undoRows.get(node.column) ?? 0;
    undoRows.set(node.column, node.row + 1);
  }
  const idOf = new Map(forward.map(({ step, id }) => [step, id]));
  const edges = [...forwardEdges(forward, graph, idOf, saga), ...undoEdges(forward, undo, saga)];
  const columns = 1 + Math.max(-1, ...forward.map(({ column }) => column));
  return { nodes: [...forward, ...undo], edges, columns, shown: steps.length, total: saga.steps.length };
}

/** Where a step moves or stopped: back once it is being undone. */
const currentLane = ({ state }: Step): MachineNode['lane'] =>
  state === 'compensating' || state === 'compensated' || state === 'compensation_failed' ? 'undo' : 'forward';

/** A step has a place in the compensation lane if its definition gives it one, or once it was or is to be undone. */
function hasUndo(step: Step, saga: Saga, definition: DefinitionVersion | null): boolean {
  if (ran(step, 'undo')) return true;
  if (stepOf(definition, step.name) !== null) return step.kind === 'compensatable';
  return step.compensatingAction !== null || (saga.goingBack && step.inEffect && step.kind === 'compensatable');
}

/** The steps that the budget of nodes has room for, in their order; what stopped, is owed or moved goes before the rest. */
function withinBudget(saga: Saga, undoable: (step: Step) => boolean, budget: number): Step[] {
  const cost = (step: Step) => (undoable(step) ? 2 : 1);
  const owed = new Set([...saga.outstanding, ...saga.inDoubt]);
  const weight = (step: Step) => {
    if (step.name === saga.currentStep) return 0;
    if (owed.has(step.name) || step.state === 'compensation_failed' || step.state === 'failed') return 1;
    return step.state === null ? 3 : 2;
  };
  let left = budget;
  const kept = new Set<Step>();
  for (const step of [...saga.steps].sort((a, b) => weight(a) - weight(b) || a.index - b.index)) {
    if (cost(step) > left) break;
    left -= cost(step);
    kept.add(step);
  }
  return saga.steps.filter((step) => kept.has(step));
}

function forwardEdges(
  nodes: readonly MachineNode[],
  graph: StepGraph,
  idOf: Map<Step, string>,
  saga: Saga,
): MachineEdge[] {
  const edges: MachineEdge[] = [];
  const leads = new Set<string>();
  const ids = (steps: readonly Step[]) => steps.flatMap((step) => idOf.get(step) ?? []);
  for (const { step, id } of nodes) {
    const sources = graph.before(step);
    const taken = ran(step, 'forward');
    if (sources.length === 0) edges.push({ from: MARK.start, to: id, taken, label: null });
    for (const source of sources) {
      const from = idOf.get(source);
      if (from === undefined) continue;
      leads.add(from);
      edges.push({ from, to: id, taken: taken && ran(source, 'forward'), label: null });
    }
    // Optional steps that were passed over: the path goes round them.
    if (!taken || sources.length === 0 || sources.some((source) => ran(source, 'forward'))) continue;
    const passed = ids(graph.ranBefore(step));
    for (const from of passed.length === 0 ? [MARK.start] : passed)
      edges.push({ from, to: id, taken: true, label: null });
  }
  for (const { step, id } of nodes) {
    if (leads.has(id)) continue;
    edges.push({ from: id, to: MARK.end, taken: saga.status === 'COMPLETED' && ran(step, 'forward'), label: null });
  }
  return edges;
}

const firstUndoRow = (node: MachineNode): bigint =>
  node.step.attemptList.find(({ direction }) => direction === 'undo')?.firstLogId ?? node.step.lastRowId ?? 0n;

function undoEdges(forward: readonly MachineNode[], undo: readonly MachineNode[], saga: Saga): MachineEdge[] {
  if (undo.length === 0) return [];
  const ranUndo = undo
    .filter(({ step }) => ran(step, 'undo'))
    .sort((a, b) => (firstUndoRow(a) < firstUndoRow(b) ? -1 : 1));
  const edges: MachineEdge[] = [];
  const followed = new Set(ranUndo.slice(1).map((node, at) => `${ranUndo[at]?.id} ${node.id}`));
  const drawn = new Set<string>();
  const groups = byColumn(undo);
  for (const [at, group] of groups.entries()) {
    for (const from of group)
      for (const to of groups[at + 1] ?? []) {
        drawn.add(`${from.id} ${to.id}`);
        edges.push({ from: from.id, to: to.id, taken: followed.has(`${from.id} ${to.id}`), label: null });
      }
  }
  for (const [at, node] of ranUndo.slice(1).entries()) {
    const before = ranUndo[at];
    if (before && before.column !== node.column && !drawn.has(`${before.id} ${node.id}`))
      edges.push({ from: before.id, to: node.id, taken: true, label: null });
  }
  for (const node of groups.at(-1) ?? [])
    edges.push({
      from: node.id,
      to: MARK.undoEnd,
      taken: saga.status === 'COMPENSATED' && ranUndo.includes(node),
      label: null,
    });
  return [...entryEdges(forward, undo, ranUndo[0] ?? null, saga), ...edges];
}

/** Latest column first. */
function byColumn(nodes: readonly MachineNode[]): MachineNode[][] {
  const groups = new Map<number, MachineNode[]>();
  for (const node of nodes) groups.set(node.column, [...(groups.get(node.column) ?? []), node]);
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

/** Where the path turned back, or would: from the step that gave up down to the first undo. */
function entryEdges(
  forward: readonly MachineNode[],
  undo: readonly MachineNode[],
  first: MachineNode | null,
  saga: Saga,
): MachineEdge[] {
  const edges: MachineEdge[] = [];
  const trigger = turningPoint(forward);
  const owed = undo.findLast(({ step }) => step.name === saga.outstanding.at(-1) || step.name === saga.inDoubt.at(-1));
  const target = first ?? (saga.goingBack ? (owed ?? null) : null);
  if (trigger && target && target.column <= trigger.column)
    edges.push({ from: trigger.id, to: target.id, taken: first !== null, label: gaveUp(trigger) });
  const last = undo.reduce((latest, node) => (node.column > latest.column ? node : latest));
  const behind = forward.find(({ column, state }) => column > last.column && state === 'not_started');
  if (behind) edges.push({ from: behind.id, to: last.id, taken: false, label: null });
  return edges;
}

function turningPoint(forward: readonly MachineNode[]): MachineNode | null {
  const lastRow = ({ step }: MachineNode) =>
    step.attemptList.findLast(({ direction }) => direction === 'forward')?.lastLogId ?? -1n;
  const latest = (nodes: readonly MachineNode[]) =>
    nodes.reduce<MachineNode | null>(
      (best, node) => (best !== null && lastRow(best) >= lastRow(node) ? best : node),
      null,
    );
  const failed = forward.filter(({ state }) => state === 'failed');
  return (
    latest(failed) ??
    latest(forward.filter(({ state }) => state === 'pending')) ??
    latest(forward.filter(({ state }) => state !== 'not_started'))
  );
}

function gaveUp({ state, step }: MachineNode): string | null {
  if (state !== 'failed') return null;
  return step.attempts > 1 ? `gave up after ${step.attempts} attempts` : 'gave up';
}
