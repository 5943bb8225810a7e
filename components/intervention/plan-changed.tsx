'use client';
import type { PlanChange } from '@/core/intervention/plan-change';
import { Button } from '@/components/ui/button';
import { clockWords } from '@/components/ui/time-words';
import { ShapeIcon } from '@/components/saga/status';

const SHOWN = 5;

/** The plan that was read does not hold any more: what changed, and the new one. */
export function PlanChanged({
  change,
  said,
  onTake,
}: {
  change: PlanChange;
  /** What the server said; null: the page noticed by itself. */
  said: string | null;
  onTake: () => void;
}) {
  const { rows, differences, next } = change;
  return (
    <div className="dlg-s">
      <div className="note iv-note s-attention" role="alert">
        <ShapeIcon shape="attention" on="attention-bg" />
        <div className="grow">
          <p>
            <span className="t1 m">Plan changed.</span>{' '}
            {rows.length > 0
              ? `${rows.length === 1 ? '1 row has' : `${rows.length} rows have`} arrived since you looked:`
              : (said ?? 'Its definition, services or interventions changed since you looked.')}
          </p>
          {rows.length === 0 ? null : (
            <ul className="iv-since">
              {rows.slice(-SHOWN).map((row) => (
                <li key={row.id}>
                  <code>#{row.id}</code> <code>{row.stepName}</code> {row.status}
                  {row.service === null ? '' : ` by ${row.service}`} at {clockWords(Date.parse(row.createdAt))}
                </li>
              ))}
            </ul>
          )}
          {differences.length === 0 ? null : <p>New plan: {differences.join(' ')}</p>}
        </div>
        <Button small disabledReason={next === null ? 'The new plan is being made' : null} onClick={onTake}>
          Use the new plan
        </Button>
      </div>
    </div>
  );
}
