'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Count } from '@/core/contract/wire';
import { countWords } from '@/components/ui/number-words';

/** How many rows match; while another search is answered it says so, and no number of the one before. */
export function MatchCount({ query }: { query: UseQueryResult<{ count: Count }> }) {
  if (query.data === undefined) return null;
  if (query.isPlaceholderData) return <span className="fs12 t3 nw skeleton">Searching…</span>;
  const { count } = query.data;
  const words = count.value === 0 ? 'None match' : `${countWords(count)} ${count.value === 1 ? 'matches' : 'match'}`;
  return <span className="fs12 t3 nw">{words}</span>;
}
