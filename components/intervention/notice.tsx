'use client';
import { useSyncExternalStore } from 'react';
import type { InterventionWire } from '@/core/contract/interventions';
import type { SagaDetail } from '@/core/contract/sagas';
import { courseOf, courseWords, deedWords } from '@/core/narrative/intervention';
import { Button } from '@/components/ui/button';
import { reasonOf } from '@/components/saga/reason-of';
import { ShapeIcon } from '@/components/saga/status';
import { deedOfIntervention } from './deed';
import { retryLabel } from './retry-label';
import type { Decision } from './use-intervention';

const KEY = 'sagascope_dismissed_intervention';
const listeners = new Set<() => void>();

function dismiss(id: string) {
  localStorage.setItem(KEY, id);
  for (const listener of listeners) listener();
}

const useDismissed = (): string | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(KEY),
    () => null,
  );

/** The intervention that the page must speak of: the active one, else the newest one if it was halted. */
export function noticed(interventions: readonly InterventionWire[]): InterventionWire | null {
  const active = interventions.find(({ state }) => courseOf(state) !== 'ended');
  const newest = interventions[0];
  return active ?? (newest?.state === 'halted' ? newest : null);
}

/** What runs, or what stopped and waits for a person. A failure stays until somebody decides or puts it away. */
export function InterventionNotice({
  saga,
  onOpen,
}: {
  saga: SagaDetail;
  onOpen: (id: string, decision?: Decision) => void;
}) {
  const dismissed = useDismissed();
  const one = noticed(saga.interventions);
  if (one === null || (courseOf(one.state) === 'ended' && one.id === dismissed)) return null;
  const course = courseOf(one.state);
  const { result, fact } = courseWords(one);
  const shape = course === 'running' ? 'compensating' : 'attention';
  return (
    <section className={`banner iv-banner s-${shape}`} aria-label="Intervention">
      <ShapeIcon shape={shape} on={`${shape}-bg`} />
      <p className="grow">
        <span className="m">
          {deedWords(deedOfIntervention(saga, one))}: {result.charAt(0).toLowerCase()}
          {result.slice(1)}.
        </span>{' '}
        <span className="t2">{fact}</span>
      </p>
      <span className="row row-6 iv-acts">
        <Button small onClick={() => onOpen(one.id)}>
          {course === 'running' ? 'Watch' : 'Open'}
        </Button>
        {course === 'stopped' ? (
          <>
            <Button
              small
              disabledReason={reasonOf(saga.allowed.CANCEL_INTERVENTION)}
              onClick={() => onOpen(one.id, 'cancel')}
            >
              Give up…
            </Button>
            <Button
              small
              variant="primary"
              icon="retry"
              disabledReason={reasonOf(saga.allowed.RETRY_INTERVENTION)}
              onClick={() => onOpen(one.id, 'retry')}
            >
              {retryLabel(one)}
            </Button>
          </>
        ) : null}
        {course === 'ended' ? (
          <Button small variant="ghost" icon="x" label="Put away" onClick={() => dismiss(one.id)} />
        ) : null}
      </span>
    </section>
  );
}
