'use client';
import type { Action, Allowed, SagaDetail, StepWire } from '@/core/contract/sagas';
import { Button } from '@/components/ui/button';
import type { IconName } from '@/components/ui/icon';

/** Asks for an action: opens its plan. Absent: interventions are not switched on. */
export type OnAction = (action: Action, stepName: string | null) => void;

const NOT_SWITCHED_ON = 'Interventions are not switched on in this version';

/** Why a button is off, or null. */
function reasonOf(allowed: Allowed, onAction: OnAction | undefined): string | null {
  if (allowed !== true) return allowed.text;
  return onAction === undefined ? NOT_SWITCHED_ON : null;
}

const ICON: Record<Action, IconName> = {
  RETRY_STEP: 'retry',
  COMPENSATE_STEP: 'undo',
  COMPENSATE_SAGA: 'undo',
  SKIP_STEP: 'skip',
  RESOLVE: 'check',
  LOCK: 'lock',
  UNLOCK: 'lock',
};

/** What may be done with a saga. A button that is off says why; the suggested action is the one primary button. */
export function SagaActions({ saga, onAction }: { saga: SagaDetail; onAction?: OnAction | undefined }) {
  const { suggestion, allowed } = saga;
  const step = suggestion?.stepName ?? saga.currentStep;
  const lock: Action = saga.lock === null ? 'LOCK' : 'UNLOCK';
  const others: { action: Action; label: string }[] = [
    { action: 'RETRY_STEP', label: 'Retry step…' },
    { action: 'COMPENSATE_SAGA', label: 'Compensate…' },
    { action: 'SKIP_STEP', label: 'Skip step…' },
    { action: 'RESOLVE', label: 'Mark resolved…' },
  ];
  return (
    <div className="acts" role="group" aria-label="Actions">
      {suggestion ? (
        <Button
          variant="primary"
          icon={suggestion.label.startsWith('Retry') ? 'retry' : ICON[suggestion.action]}
          disabledReason={reasonOf(allowed[suggestion.action], onAction)}
          onClick={() => onAction?.(suggestion.action, suggestion.stepName)}
        >
          {suggestion.label}
        </Button>
      ) : null}
      {others
        .filter(({ action }) => action !== suggestion?.action)
        .map(({ action, label }) => (
          <Button
            key={action}
            className="desk"
            icon={ICON[action]}
            disabledReason={reasonOf(allowed[action], onAction)}
            onClick={() => onAction?.(action, action === 'RETRY_STEP' || action === 'SKIP_STEP' ? step : null)}
          >
            {label}
          </Button>
        ))}
      <span className="vr desk" />
      <Button
        className="desk"
        icon="lock"
        disabledReason={reasonOf(allowed[lock], onAction)}
        onClick={() => onAction?.(lock, null)}
      >
        {lock === 'LOCK' ? 'Lock…' : 'Unlock…'}
      </Button>
    </div>
  );
}

/** What may be done with the selected step. */
export function StepActions({
  step,
  undoName,
  onAction,
}: {
  step: StepWire;
  undoName: string | null;
  onAction?: OnAction | undefined;
}) {
  const actions: { action: 'RETRY_STEP' | 'COMPENSATE_STEP' | 'SKIP_STEP'; label: string }[] = [
    { action: 'RETRY_STEP', label: 'Retry…' },
    { action: 'COMPENSATE_STEP', label: undoName === null ? 'Compensate…' : 'Compensate step…' },
    { action: 'SKIP_STEP', label: 'Skip…' },
  ];
  return (
    <span className="row row-4 step-acts">
      {actions.map(({ action, label }) => (
        <Button
          key={action}
          small
          variant="ghost"
          disabledReason={reasonOf(step.allowed[action], onAction)}
          onClick={() => onAction?.(action, step.stepName)}
        >
          {label}
        </Button>
      ))}
    </span>
  );
}
