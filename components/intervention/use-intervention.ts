import { useMemo, useState } from 'react';
import type { Action } from '@/core/contract/sagas';
import { useUrlState } from '@/components/shell/url-state';

export type Decision = 'retry' | 'cancel';

/** What the dialog shows: a plan that nobody has asked for yet, or an intervention. */
export type Opened =
  | { kind: 'plan'; action: Action; stepName: string | null }
  | { kind: 'run'; id: string; decision: Decision | null };

export interface InterventionState {
  opened: Opened | null;
  openPlan: (action: Action, stepName: string | null) => void;
  /** `decision`: its question stands open. */
  openRun: (id: string, decision?: Decision) => void;
  /** The plan became an intervention: the same dialog goes on with it. */
  ran: (id: string) => void;
  close: () => void;
}

const PARAM = 'intervention';
const UUID = /^[0-9a-f-]{36}$/i;

/** What the saga's page has open. An intervention lives in the URL, so that a reload and a link keep it; a plan does not. */
export function useIntervention(): InterventionState {
  const url = useUrlState();
  const [plan, setPlan] = useState<Extract<Opened, { kind: 'plan' }> | null>(null);
  const [decision, setDecision] = useState<Decision | null>(null);
  // What was chosen last, until the URL has caught up: closed and opened again at once, it must have been closed.
  const [chosen, setChosen] = useState<{ id: string | null } | null>(null);
  const asked = url.params.get(PARAM);
  if (chosen !== null && chosen.id === asked) setChosen(null);
  return useMemo(() => {
    const known = chosen === null ? asked : chosen.id;
    const id = known !== null && UUID.test(known) ? known : null;
    const withId = (next: string | null) => {
      setChosen({ id: next });
      const params = new URLSearchParams(url.params);
      if (next === null) params.delete(PARAM);
      else params.set(PARAM, next);
      return params;
    };
    return {
      opened: id === null ? plan : { kind: 'run', id, decision },
      openPlan: (action, stepName) => setPlan({ kind: 'plan', action, stepName }),
      openRun: (next, question) => {
        setDecision(question ?? null);
        url.push(withId(next));
      },
      ran: (next) => {
        setDecision(null);
        url.replace(withId(next));
      },
      close: () => {
        setPlan(null);
        setDecision(null);
        if (id !== null) url.replace(withId(null));
      },
    };
  }, [url, plan, decision, chosen, asked]);
}
