import type { AttentionReason, SagaStatus } from '@/core/saga/saga';
import type { StepStateWire } from '@/core/contract/sagas';
import { spriteHref } from '@/components/ui/icon';

/** The shapes of the sprite: circle is forward, diamond is undo; outline is in progress, filled is finished. */
export type Shape = 'running' | 'completed' | 'failed' | 'compensating' | 'compensated' | 'attention' | 'pending';

export const STATUS_SHAPE = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  COMPENSATING: 'compensating',
  COMPENSATED: 'compensated',
} as const satisfies Record<SagaStatus, Shape>;

export const STATUS_WORD = {
  RUNNING: 'Running',
  COMPLETED: 'Completed',
  FAILED: 'Failed',
  COMPENSATING: 'Compensating',
  COMPENSATED: 'Compensated',
} as const satisfies Record<SagaStatus, string>;

/** What a person must look at, in the words of DESIGN.md. */
export const ATTENTION_WORD = {
  COMPENSATION_FAILED: 'Compensation failed',
  ANOMALY: 'Illegal transition',
  FAILED_UNCOMPENSATED: 'Not compensated',
  FAILED_AFTER_PIVOT: 'Failed after the pivot',
  STUCK: 'Stuck',
  AWAITING_APPROVAL: 'Awaiting approval',
} as const satisfies Record<AttentionReason, string>;

/** Shape of a step's state; a failed compensation is the triangle: a person must act. */
export const STEP_SHAPE = {
  not_started: 'pending',
  pending: 'running',
  succeeded: 'completed',
  failed: 'failed',
  compensating: 'compensating',
  compensated: 'compensated',
  compensation_failed: 'attention',
} as const satisfies Record<StepStateWire, Shape>;

const SIZE = { 12: 'si-12', 14: '', 16: 'si-16' } as const;

/** A status shape. It stands alone only where a word follows within the row. `on` is the surface behind it. */
export function ShapeIcon({
  shape,
  size = 14,
  on = 'surface',
  turning = false,
}: {
  shape: Shape;
  size?: 12 | 14 | 16;
  on?: string;
  turning?: boolean;
}) {
  return (
    <svg
      className={`si s-${shape} ${SIZE[size]} ${turning ? 'si-turning' : ''}`}
      style={on === 'surface' ? undefined : { ['--cut' as string]: `var(--${on})` }}
      aria-hidden="true"
    >
      <use href={spriteHref(`s-${shape}`)} />
    </svg>
  );
}

/** Icon and word of a saga's status: plain in tables, a tinted badge once in a page header (there its arc may turn). */
export function SagaStatusMark({
  status,
  badge = false,
  turning = false,
}: {
  status: SagaStatus;
  badge?: boolean;
  turning?: boolean;
}) {
  const shape = STATUS_SHAPE[status];
  return (
    <span className={`${badge ? 'badge' : 'st'} s-${shape}`}>
      {badge ? <BadgeShape shape={shape} turning={turning} /> : <ShapeIcon shape={shape} turning={turning} />}
      {STATUS_WORD[status]}
    </span>
  );
}

/** Why a person is needed: the badge of a page header, with its reason in words. */
export function AttentionTag({ reason }: { reason: AttentionReason }) {
  return (
    <span className="badge s-attention">
      <BadgeShape shape="attention" />
      {ATTENTION_WORD[reason]}
    </span>
  );
}

/** The triangle beside a status in a table; its reason is read out and shown on hover. */
export function AttentionMark({ reason }: { reason: AttentionReason }) {
  return (
    <span data-tip={ATTENTION_WORD[reason]}>
      <ShapeIcon shape="attention" size={12} />
      <span className="vh">Needs attention: {ATTENTION_WORD[reason]}</span>
    </span>
  );
}

/** Icon of a step's state. */
export function StepIcon({ state, size = 14, on }: { state: StepStateWire; size?: 12 | 14 | 16; on?: string }) {
  return <ShapeIcon shape={STEP_SHAPE[state]} size={size} on={on} />;
}

/** Inside a badge the cut takes the badge's tint (status.css), so no surface is named. */
function BadgeShape({ shape, turning = false }: { shape: Shape; turning?: boolean }) {
  return (
    <svg className={`si s-${shape} ${turning ? 'si-turning' : ''}`} aria-hidden="true">
      <use href={spriteHref(`s-${shape}`)} />
    </svg>
  );
}
