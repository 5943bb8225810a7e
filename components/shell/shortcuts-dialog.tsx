'use client';
import type { Ref } from 'react';
import { Button } from '@/components/ui/button';
import { Kbd } from '@/components/ui/kbd';

const KEYS: [keys: string[], does: string][] = [
  [['mod+K', '/'], 'Search any id'],
  [['?'], 'All shortcuts'],
  [['J', 'K'], 'Next, previous row or saga'],
  [['↵'], 'Open'],
  [['F'], 'Filter'],
  [['P'], 'Pause a live list, go on'],
  [['R'], 'Retry…'],
  [['C'], 'Compensate…'],
  [['E'], 'Event flow of a saga'],
  [['[', ']'], 'Cause, effect'],
  [['mod+↵'], 'Confirm dialog'],
  [['G', 'O'], 'Overview'],
  [['G', 'S'], 'Sagas'],
  [['G', 'E'], 'Events'],
  [['Esc'], 'Close, clear'],
];

/** All keys of the page. A native dialog: focus stays inside, Escape closes it and gives the focus back. */
export function ShortcutsDialog({ ref }: { ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog ref={ref} className="dlg shortcuts" aria-labelledby="shortcuts-h">
      <form method="dialog">
        <div className="dlg-h">
          <div>
            <h2 id="shortcuts-h">Shortcuts</h2>
            <p>Single keys are off in text fields and can be turned off in Settings.</p>
          </div>
          <Button type="submit" variant="ghost" icon="x" label="Close" />
        </div>
        <dl className="dlg-s keys">
          {KEYS.map(([keys, does]) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </form>
    </dialog>
  );
}
