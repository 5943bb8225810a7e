import { useMemo } from 'react';
import { type FlowPart, flowPart } from '@/client/flows';
import { useUrlState } from '@/components/shell/url-state';

export const FLOW_VIEWS = ['graph', 'sequence', 'timeline', 'table'] as const;
export type FlowView = (typeof FLOW_VIEWS)[number];

export interface FlowState {
  view: FlowView;
  setView: (view: FlowView) => void;
  /** The selected node's id; null: none. */
  selected: string | null;
  select: (id: string | null) => void;
  /** The time axis to scale. */
  linear: boolean;
  setLinear: (on: boolean) => void;
  /** Repeats of one type and cause are one node. */
  folded: boolean;
  /** Commands of sagas stand among the events. */
  commands: boolean;
  part: FlowPart;
  /** Another part of the same flow, as a new entry of the history; `selected`: what is selected there. */
  open: (part: Partial<Record<keyof FlowPart, string | null>>, selected?: string | null) => void;
}

/** A flow from its beginning, nothing unfolded: what the next page or switch begins from. */
export const FROM_START = { around: null, from: null, before: null, unfold: null, members: null } as const;

/** What is shown of a flow lives in the URL: a reload, a link and a live change keep it. */
export function useFlowState(): FlowState {
  const url = useUrlState();
  return useMemo(() => {
    const changed = (values: Record<string, string | null | undefined>): URLSearchParams => {
      const next = new URLSearchParams(url.params);
      for (const [key, value] of Object.entries(values)) {
        if (value === null || value === undefined) next.delete(key);
        else next.set(key, value);
      }
      return next;
    };
    const asked = url.params.get('view');
    const view = FLOW_VIEWS.find((each) => each === asked) ?? 'timeline';
    return {
      view,
      setView: (to) => url.replace(changed({ view: to === 'timeline' ? null : to })),
      selected: url.params.get('node'),
      select: (id) => url.replace(changed({ node: id })),
      linear: url.params.get('time') === 'linear',
      setLinear: (on) => url.replace(changed({ time: on ? 'linear' : null })),
      folded: url.params.get('fold') !== 'none',
      commands: url.params.get('commands') === '1',
      part: flowPart(url.params),
      open: (part, selected = null) => url.push(changed({ ...part, node: selected })),
    };
  }, [url]);
}
