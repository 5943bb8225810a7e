'use client';
import { Appearance } from './appearance';
import { Definitions } from './definitions';
import { DiagnosticsPanels } from './diagnostics';

export function SettingsPage() {
  return (
    <div className="page">
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <div className="settings">
        <DiagnosticsPanels />
        <Definitions />
        <Appearance />
      </div>
    </div>
  );
}
