'use client';
import type { InterventionWire } from '@/core/contract/interventions';
import type { SagaDetail } from '@/core/contract/sagas';
import { courseOf, courseWords, deedWords } from '@/core/narrative/intervention';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShapeIcon, type Shape } from '@/components/saga/status';
import { deedOfIntervention } from './deed';

const SHOWN = 10;

function shapeOf({ state }: InterventionWire): Shape {
  if (state === 'verified') return 'completed';
  const course = courseOf(state);
  if (course === 'running') return 'compensating';
  return course === 'stopped' || state === 'halted' ? 'attention' : 'pending';
}

/** What people asked of this saga, newest first; each opens with its calls. */
export function InterventionList({ saga, onOpen }: { saga: SagaDetail; onOpen: (id: string) => void }) {
  return (
    <ul className="iv-list">
      {saga.interventions.slice(0, SHOWN).map((one) => (
        <li key={one.id}>
          <ShapeIcon shape={shapeOf(one)} />
          <span>
            <button type="button" className="link" onClick={() => onOpen(one.id)}>
              {deedWords(deedOfIntervention(saga, one))}
            </button>{' '}
            <span className="t2">{courseWords(one).result.toLowerCase()}</span>
            <span className="t3 iv-by">
              {one.requestedBy}, <RelativeTime at={one.createdAt} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
