'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { streamQueries, type StreamName } from '@/client/streams';
import type { Stream, StreamVersion } from '@/core/contract/streams';
import { ShapeIcon } from '@/components/saga/status';
import { fullTimeWords } from '@/components/ui/time-words';
import { clockMs, markWords, shapeOf } from './stream-words';

const ROW = 38;
const NEAR_THE_END = 10;

export interface KnownVersions {
  rows: readonly StreamVersion[];
  loadEarlier: () => void;
  loadLater: () => void;
}

/** The events around the version looked at, and whatever else was scrolled to; begun again around a version further away. */
export function useKnownVersions(name: StreamName, stream: Stream): KnownVersions {
  const [around, setAround] = useState(stream.at);
  const isWhole = stream.previous === null && stream.next === null;
  const pages = useInfiniteQuery({ ...streamQueries.versions(name, around), enabled: !isWhole });
  const loaded = isWhole ? undefined : pages.data?.pages.flatMap(({ versions }) => versions);
  const holds = loaded?.some(({ version }) => version === stream.at) ?? false;
  if (loaded !== undefined && !holds && !pages.isFetching && around !== stream.at) setAround(stream.at);
  return {
    rows: holds && loaded !== undefined ? loaded : stream.versions,
    loadEarlier: () => {
      if (holds && pages.hasPreviousPage && !pages.isFetching) void pages.fetchPreviousPage({ cancelRefetch: false });
    },
    loadLater: () => {
      if (holds && pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage({ cancelRefetch: false });
    },
  };
}

/** The events of the stream in their order. Later ones stay listed but dim. Only what is seen is drawn. */
export function VersionList({
  known: { rows, loadEarlier, loadLater },
  version,
  onSelect,
}: {
  known: KnownVersions;
  version: string;
  onSelect: (version: string) => void;
}) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (place) => rows[place]?.position ?? place,
  });
  const selected = rows.findLastIndex((row) => BigInt(row.version) <= BigInt(version));
  const first = useRef<string | undefined>(undefined);
  // Rows that came in above push the others down: what was under the pointer stays there.
  useLayoutEffect(() => {
    const moved = rows.findIndex(({ position }) => position === first.current);
    first.current = rows[0]?.position;
    if (moved > 0 && scroll.current !== null) scroll.current.scrollTop += moved * ROW;
  }, [rows]);
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected, { align: 'auto' });
    // Only when another version is looked at: reading on must not be pulled back.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [version, rows[selected]?.position]);
  const loadMore = () => {
    const box = scroll.current;
    if (box === null) return;
    if (box.scrollTop < NEAR_THE_END * ROW) loadEarlier();
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_THE_END * ROW) loadLater();
  };
  // Also when a page has come: whoever waits at the end of the list scrolls no more.
  useEffect(loadMore);
  return (
    <div ref={scroll} className="st-rows" onScroll={loadMore}>
      <ol className="st-list" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li key={key} style={{ transform: `translateY(${start}px)` }}>
              <VersionRow
                row={row}
                isLater={index > selected}
                isSelected={index === selected}
                onSelect={() => onSelect(row.version)}
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function VersionRow({
  row,
  isLater,
  isSelected,
  onSelect,
}: {
  row: StreamVersion;
  isLater: boolean;
  isSelected: boolean;
  onSelect: () => void;
}) {
  const shape = shapeOf(row.name);
  return (
    <button
      type="button"
      className={`st-row ${isLater ? 'later' : ''} ${isSelected ? 'on' : ''}`}
      aria-current={isSelected || undefined}
      onClick={onSelect}
    >
      <span className="st-v num">{row.version}</span>
      <span className="st-name">
        {shape === null ? (
          <span className="st-bullet" />
        ) : (
          <ShapeIcon shape={shape} on={isSelected ? 'accent-bg' : 'surface'} />
        )}
        <bdi className="trunc" title={row.eventType.slice(0, 500)}>
          {row.name.slice(0, 200)}
        </bdi>
        {row.marks.map((mark) => {
          const words = markWords(mark);
          return (
            <span key={mark.kind} className={mark.kind === 'schema' ? 'tag' : 'tag st-odd'} data-tip={words.whole}>
              {words.short}
              <span className="vh"> ({words.whole})</span>
            </span>
          );
        })}
        {isLater ? <span className="vh">, later than this view</span> : null}
      </span>
      <span className="st-by fs12 t2 trunc">{row.service}</span>
      <span className="tag st-schema" title={`Schema version ${row.schemaVersion}`}>
        V{row.schemaVersion}
      </span>
      <time
        className="num fs12 mono t2"
        dateTime={row.occurredAt ?? undefined}
        title={row.occurredAt === null ? 'The table tells no time' : fullTimeWords(Date.parse(row.occurredAt))}
      >
        {clockMs(row.occurredAt)}
      </time>
    </button>
  );
}
