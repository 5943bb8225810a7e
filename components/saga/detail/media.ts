import { useSyncExternalStore } from 'react';
import { useTheme } from '@/components/shell/use-theme';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}

/** A narrow screen: diagrams stand upright, the timeline is a list. */
export const useNarrow = (): boolean => useMedia('(max-width: 760px)');

/** The theme that is seen, chosen or the system's. */
export function useSeenTheme(): 'light' | 'dark' {
  const chosen = useTheme();
  const system = useMedia('(prefers-color-scheme: dark)');
  if (chosen === 'system') return system ? 'dark' : 'light';
  return chosen;
}
