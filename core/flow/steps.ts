import type { FlowEdge, FlowNode, FlowTone } from '../contract/flows';
import type { StepStateWire } from '../contract/sagas';
import { iso, NOTHING } from './node';

/** A step of a saga of the flow; `at` epoch ms. */
export interface FlowStep {
  sagaId: string;
  stepName: string;
  service: string;
  state: StepStateWire;
  at: number;
}

/**
 * What a service was told to do: one attempt to run a step of a saga, or to undo it, as its log has it. Events say what
 * became of it; commands are imperative, events past tense.
 */
export interface FlowCommand {
  sagaId: string;
  stepName: string;
  /** The step itself, or its compensating action. */
  name: string;
  service: string;
  direction: 'forward' | 'undo';
  /** 1-based within its direction. */
  attempt: number;
  outcome: 'running' | 'done' | 'failed';
  /** Of a failed one; null: its log says none. */
  errorCode: string | null;
  /** Row of the log that opened it. */
  logId: string;
  at: number;
}

/** A node and what it hangs on. */
interface Part {
  node: FlowNode;
  edge: FlowEdge | null;
}

const STEP_TONE = {
  not_started: 'pending',
  pending: 'running',
  succeeded: 'plain',
  failed: 'failed',
  compensating: 'compensating',
  compensated: 'compensated',
  compensation_failed: 'attention',
} as const satisfies Record<StepStateWire, FlowTone>;

const STEP_WORDS = {
  not_started: 'not started',
  pending: 'running',
  succeeded: 'done',
  failed: 'failed',
  compensating: 'being undone',
  compensated: 'undone',
  compensation_failed: 'undo failed',
} as const satisfies Record<StepStateWire, string>;

const COMMAND_TONE = {
  forward: { running: 'running', done: 'plain', failed: 'failed' },
  undo: { running: 'compensating', done: 'compensated', failed: 'failed' },
} as const satisfies Record<FlowCommand['direction'], Record<FlowCommand['outcome'], FlowTone>>;

const COMMAND_WORDS = { running: 'no outcome yet', done: 'done', failed: 'failed' } as const;

const stepId = ({ sagaId, stepName }: Pick<FlowStep, 'sagaId' | 'stepName'>): string => `s${sagaId}:${stepName}`;

/** Steps hang on the step before them, the first of a saga on the event before it in time: both by correlation only. */
export function stepParts(steps: readonly FlowStep[], nodes: readonly FlowNode[]): Part[] {
  const events = nodes
    .flatMap((node) => (node.kind === 'event' && node.at !== null ? [{ id: node.id, at: Date.parse(node.at) }] : []))
    .sort((a, b) => a.at - b.at);
  const lastStep = new Map<string, string>();
  return steps.map((step) => {
    const id = stepId(step);
    const before = lastStep.get(step.sagaId) ?? events.findLast(({ at }) => at <= step.at)?.id;
    lastStep.set(step.sagaId, id);
    return {
      node: {
        ...placed(step),
        id,
        label: step.stepName,
        detail: `saga step, ${STEP_WORDS[step.state]}`,
        tone: STEP_TONE[step.state],
        state: step.state,
      },
      edge: before === undefined ? null : { from: before, to: id, basis: 'correlation' },
    };
  });
}

/** Commands hang on the command before them of the same step, the first on the step if it is shown: by correlation only. */
export function commandParts(commands: readonly FlowCommand[], steps: readonly FlowStep[]): Part[] {
  const last = new Map(steps.map((step) => [stepId(step), stepId(step)]));
  return commands.map((command) => {
    const id = `c${command.sagaId}:${command.logId}`;
    const step = stepId(command);
    const before = last.get(step);
    last.set(step, id);
    const outcome = command.errorCode ?? COMMAND_WORDS[command.outcome];
    return {
      node: {
        ...placed(command),
        id,
        label: command.name,
        detail: `command ${command.attempt}, ${outcome}`,
        tone: COMMAND_TONE[command.direction][command.outcome],
        command: command.stepName,
      },
      edge: before === undefined ? null : { from: before, to: id, basis: 'correlation' },
    };
  });
}

const placed = ({ sagaId, service, at }: Pick<FlowStep, 'sagaId' | 'service' | 'at'>) => ({
  ...NOTHING,
  kind: 'step' as const,
  service,
  at: iso(at),
  endAt: iso(at),
  count: 0,
  sagaId,
});
