import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { streamQueries, type StreamName } from '@/client/streams';
import type { Stream, StreamVersion } from '@/core/contract/streams';

export interface KnownVersions {
  rows: readonly StreamVersion[];
  /** The first of them are on their way. */
  isLoading: boolean;
  /** Why there are none. */
  error: unknown;
  loadEarlier: () => void;
  loadLater: () => void;
}

const none = (): void => undefined;

/**
 * The events around the version looked at, of some types or (none given) all, and whatever else was scrolled to; begun
 * again around a version further away.
 */
export function useKnownVersions(name: StreamName, stream: Stream, types: readonly string[] = []): KnownVersions {
  const [around, setAround] = useState(stream.at);
  const isWhole = stream.previous === null && stream.next === null;
  const pages = useInfiniteQuery({ ...streamQueries.versions(name, around, types), enabled: !isWhole });
  if (isWhole) {
    const rows = types.length === 0 ? stream.versions : stream.versions.filter((row) => types.includes(row.name));
    return { rows, isLoading: false, error: null, loadEarlier: none, loadLater: none };
  }
  const loaded = pages.data?.pages.flatMap(({ versions }) => versions);
  const holds = loaded !== undefined && reaches(loaded, stream.at, pages.hasPreviousPage, pages.hasNextPage);
  if (loaded !== undefined && !holds && !pages.isFetching && around !== stream.at) setAround(stream.at);
  // Until they come, what the answer at the version has is shown; of chosen types, what was listed before.
  const meanwhile = types.length === 0 ? stream.versions : (loaded ?? []);
  return {
    rows: holds ? loaded : meanwhile,
    isLoading: loaded === undefined && pages.isFetching,
    error: loaded === undefined ? pages.error : null,
    loadEarlier: () => {
      if (holds && pages.hasPreviousPage && !pages.isFetching) void pages.fetchPreviousPage({ cancelRefetch: false });
    },
    loadLater: () => {
      if (holds && pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage({ cancelRefetch: false });
    },
  };
}

/** Whether a version lies in the stretch that was read, or beyond an end of the stream itself. */
function reaches(rows: readonly StreamVersion[], version: string, more: boolean, moreLater: boolean): boolean {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return true;
  const at = BigInt(version);
  return (BigInt(first.version) <= at || !more) && (at <= BigInt(last.version) || !moreLater);
}
