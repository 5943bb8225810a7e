'use client';
import { setSingleKeys, useSingleKeys } from '@/components/shell/shortcuts';
import type { Theme } from '@/components/shell/theme';
import { setTheme, useTheme } from '@/components/shell/use-theme';
import { Panel } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';

const THEMES: { value: Theme; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function Appearance() {
  const theme = useTheme();
  const singleKeys = useSingleKeys();
  return (
    <Panel title="Appearance" sub="of this browser">
      <div className="fields">
        <div className="field">
          <span>Theme</span>
          <Segmented label="Theme" options={THEMES} value={theme} onChange={setTheme} small={false} />
        </div>
        <label className="field">
          <span>Single-key shortcuts</span>
          <span className="row">
            <input type="checkbox" checked={singleKeys} onChange={(event) => setSingleKeys(event.target.checked)} />
            <span className="t2">J, K, F, G then O… They never run anything.</span>
          </span>
        </label>
      </div>
    </Panel>
  );
}
