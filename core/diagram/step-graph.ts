import type { DefinitionVersion } from '../definition/definition';
import { predecessors, stepResolver } from '../definition/graph';
import type { Step } from '../saga/saga';
import { ran } from './step-words';

/** Which shown step follows which: steps left out of the picture are passed through. */
export interface StepGraph {
  /** The shown steps that a step waits for. */
  before(step: Step): readonly Step[];
  /** The nearest steps before it that ran and are shown. */
  ranBefore(step: Step): readonly Step[];
  /** 0-based: one more than the latest of what it waits for. */
  column(step: Step): number;
}

/**
 * The order of a saga's steps: as declared (`after`, contract part 3); repeats in a row; a step that nobody declared
 * behind the one that began before it, as is every step of a learning type.
 */
export function stepGraph(
  steps: readonly Step[],
  definition: DefinitionVersion | null,
  shown: ReadonlySet<Step>,
): StepGraph {
  const waits = waitsFor(steps, definition);
  const anchors = new Map<Step, Step[]>();
  const ranAnchors = new Map<Step, Step[]>();
  const before = new Map<Step, Step[]>();
  const ranBefore = new Map<Step, Step[]>();
  const columns = new Map<Step, number>();
  for (const step of topological(steps, waits)) {
    const own = waits.get(step) ?? [];
    const sources = unique(own.flatMap((each) => anchors.get(each) ?? []));
    const ranSources = unique(own.flatMap((each) => ranAnchors.get(each) ?? []));
    before.set(step, sources);
    ranBefore.set(step, ranSources);
    const isShown = shown.has(step);
    anchors.set(step, isShown ? [step] : sources);
    ranAnchors.set(step, isShown && ran(step, 'forward') ? [step] : ranSources);
    if (isShown) columns.set(step, 1 + Math.max(-1, ...sources.map((source) => columns.get(source) ?? -1)));
  }
  return {
    before: (step) => before.get(step) ?? [],
    ranBefore: (step) => ranBefore.get(step) ?? [],
    column: (step) => columns.get(step) ?? 0,
  };
}

const unique = (steps: readonly Step[]): Step[] => [...new Set(steps)];

const firstRow = (step: Step): bigint | null => step.attemptList[0]?.firstLogId ?? step.lastRowId;

function waitsFor(steps: readonly Step[], definition: DefinitionVersion | null): Map<Step, Step[]> {
  const resolve = definition === null ? () => null : stepResolver(definition.body);
  const declared = definition === null ? new Map<string, readonly string[]>() : predecessors(definition.body);
  const instances = new Map<string, Step[]>();
  for (const step of steps) {
    const name = resolve(step.name)?.name;
    if (name !== undefined) instances.set(name, [...(instances.get(name) ?? []), step]);
  }
  const byFirstRow = steps
    .flatMap((step) => {
      const row = firstRow(step);
      return row === null ? [] : [{ step, row }];
    })
    .sort((a, b) => (a.row < b.row ? -1 : 1))
    .map(({ step }) => step);
  const beganBefore = new Map(byFirstRow.map((step, at) => [step, byFirstRow[at - 1]]));
  return new Map(
    steps.map((step) => {
      const own = resolve(step.name);
      if (own === null) {
        const previous = beganBefore.get(step);
        return [step, previous === undefined ? [] : [previous]];
      }
      const repeats = instances.get(own.name) ?? [];
      const at = repeats.indexOf(step);
      const previous = repeats[at - 1];
      if (previous) return [step, [previous]];
      return [step, (declared.get(own.name) ?? []).flatMap((name) => instances.get(name)?.at(-1) ?? [])];
    }),
  );
}

/** Kahn's order, ties by position; what stands in a circle (a definition read from elsewhere) comes last, as it stands. */
function topological(steps: readonly Step[], waits: ReadonlyMap<Step, readonly Step[]>): Step[] {
  const follows = new Map<Step, Step[]>();
  const open = new Map<Step, number>();
  for (const step of steps) {
    const own = waits.get(step) ?? [];
    open.set(step, own.length);
    for (const source of own) {
      const list = follows.get(source);
      if (list) list.push(step);
      else follows.set(source, [step]);
    }
  }
  const order = steps.filter((step) => open.get(step) === 0);
  for (let at = 0; at < order.length; at++) {
    const step = order[at];
    for (const next of (step && follows.get(step)) ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  const placed = new Set(order);
  return [...order, ...steps.filter((step) => !placed.has(step))];
}
