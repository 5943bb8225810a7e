'use client';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import type { SearchResult } from '@/core/contract/search';
import { EmptyState, ErrorState } from '@/components/ui/states';
import { Skeleton } from '@/components/ui/skeleton';
import { searchedWords } from './search-words';

/** A search's answer: bars while it is looked for, that it failed, that there is nothing and what was looked at, or the hits. */
export function Found({
  query,
  q,
  isSettled,
  children,
}: {
  query: UseQueryResult<SearchResult>;
  q: string;
  /** The answer is to this text, not to the one before. */
  isSettled: boolean;
  children: (result: SearchResult) => ReactNode;
}) {
  const tenant = useQuery(sessionQueries.me()).data?.tenant ?? null;
  if (query.isError) {
    const { code, detail, reference } = asApiError(query.error);
    return (
      <ErrorState
        what="Search failed"
        detail={code === 'no_answer' ? 'The console does not answer: it is stopped, or the network is down.' : detail}
        reference={reference}
        retrying={query.isFetching}
        onRetry={() => void query.refetch()}
      />
    );
  }
  if (query.data === undefined || (!isSettled && query.data.groups.length === 0))
    return <Skeleton rows={4} label={`“${q}” is being looked for`} />;
  if (query.data.groups.length > 0) return children(query.data);
  return (
    <EmptyState title={`Nothing found for “${q}”`}>
      Searched {searchedWords(query.data.searched)}: by a whole id or value, and by its beginning.
      {tenant === null ? null : ` Only tenant ${tenant} was looked at.`}
    </EmptyState>
  );
}
