import { useMemo } from 'react';
import { useUrlState } from '@/components/shell/url-state';
import type { Selection } from './lanes';

export interface PageState {
  /** null: nothing was chosen, the page opens where the saga stands. */
  selection: Selection | null;
  select: (selection: Selection) => void;
  view: 'attempts' | 'log';
  setView: (view: PageState['view']) => void;
}

/** What is selected on a saga's page lives in its URL: a reload, a link and a live change keep it. */
export function usePageState(): PageState {
  const url = useUrlState();
  return useMemo(() => {
    const stepName = url.params.get('step');
    const change = (values: Record<string, string | null>) => {
      const next = new URLSearchParams(url.params);
      for (const [key, value] of Object.entries(values)) {
        if (value === null) next.delete(key);
        else next.set(key, value);
      }
      url.replace(next);
    };
    return {
      selection:
        stepName === null
          ? null
          : {
              stepName,
              lane: url.params.get('lane') === 'undo' ? 'undo' : 'forward',
              attempt: url.params.get('attempt'),
            },
      select: ({ stepName: step, lane, attempt }) => change({ step, lane, attempt }),
      view: url.params.get('view') === 'log' ? 'log' : 'attempts',
      setView: (view) => change({ view: view === 'log' ? 'log' : null }),
    };
  }, [url]);
}
