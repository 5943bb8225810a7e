'use client';
import Link from 'next/link';
import { useState } from 'react';
import { flowHref } from '@/client/events';
import type { Action, SagaDetail, StepWire } from '@/core/contract/sagas';
import { reasonOf } from '@/components/saga/reason-of';
import { Button } from '@/components/ui/button';
import { Icon, type IconName } from '@/components/ui/icon';
import { Kbd } from '@/components/ui/kbd';

/** Asks for an action: opens its plan. Nothing runs by it. */
export type OnAction = (action: Action, stepName: string | null) => void;

/** What the key R opens: the suggested retry, else the step that failed last. */
export function keyedAction({ suggestion, steps, currentStep }: SagaDetail): Parameters<OnAction> {
  if (suggestion?.label.startsWith('Retry')) return [suggestion.action, suggestion.stepName];
  const undo = steps.find(({ state }) => state === 'compensation_failed');
  if (undo !== undefined) return ['COMPENSATE_STEP', undo.stepName];
  const failed = steps.find(({ state }) => state === 'failed');
  return ['RETRY_STEP', failed?.stepName ?? currentStep ?? steps[0]?.stepName ?? null];
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
export function SagaActions({ saga, onAction }: { saga: SagaDetail; onAction: OnAction }) {
  const [more, setMore] = useState(false);
  const { suggestion, allowed } = saga;
  const step = suggestion?.stepName ?? saga.currentStep;
  const lock: Action = saga.lock === null ? 'LOCK' : 'UNLOCK';
  const retries = suggestion?.label.startsWith('Retry') ?? false;
  const others: { action: Action; label: string }[] = [
    { action: 'RETRY_STEP', label: 'Retry step…' },
    { action: 'COMPENSATE_SAGA', label: 'Compensate…' },
    { action: 'SKIP_STEP', label: 'Skip step…' },
    { action: 'RESOLVE', label: 'Mark resolved…' },
  ];
  return (
    <fieldset className={more ? 'acts acts-open' : 'acts'} aria-label="Actions">
      {suggestion ? (
        <Button
          variant="primary"
          icon={retries ? 'retry' : ICON[suggestion.action]}
          disabledReason={reasonOf(allowed[suggestion.action])}
          {...(retries ? { shortcut: 'R' } : suggestion.action === 'COMPENSATE_SAGA' ? { shortcut: 'C' } : {})}
          onClick={() => onAction(suggestion.action, suggestion.stepName)}
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
            disabledReason={reasonOf(allowed[action])}
            onClick={() => onAction(action, action === 'RETRY_STEP' || action === 'SKIP_STEP' ? step : null)}
          >
            {label}
          </Button>
        ))}
      <span className="vr desk" />
      <Button
        className="desk"
        icon="lock"
        disabledReason={reasonOf(allowed[lock])}
        onClick={() => onAction(lock, null)}
      >
        {lock === 'LOCK' ? 'Lock…' : 'Unlock…'}
      </Button>
      <Link className="btn desk" href={flowHref(saga.correlationId)}>
        <Icon name="flow" />
        Event flow
        <Kbd>E</Kbd>
      </Link>
      <Button
        className="only-m"
        icon="more"
        label={more ? 'Fewer actions' : 'More actions'}
        aria-expanded={more}
        onClick={() => setMore(!more)}
      />
    </fieldset>
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
  onAction: OnAction;
}) {
  const undoing = step.state === 'compensation_failed' || step.state === 'compensating';
  const actions: { action: 'RETRY_STEP' | 'COMPENSATE_STEP' | 'SKIP_STEP'; label: string }[] = [
    { action: 'RETRY_STEP', label: 'Retry…' },
    {
      action: 'COMPENSATE_STEP',
      label: undoing ? `Retry ${undoName ?? step.compensatingAction ?? 'the undo'}…` : 'Compensate step…',
    },
    { action: 'SKIP_STEP', label: 'Skip…' },
  ];
  return (
    <span className="row row-4 step-acts">
      {actions.map(({ action, label }) => (
        <Button
          key={action}
          small
          variant="ghost"
          disabledReason={reasonOf(step.allowed[action])}
          onClick={() => onAction(action, step.stepName)}
        >
          {label}
        </Button>
      ))}
    </span>
  );
}
