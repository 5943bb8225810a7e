'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { asApiError } from '@/client/http';
import type { StreamVersion } from '@/core/contract/streams';
import { ShapeIcon } from '@/components/saga/status';
import { Skeleton } from '@/components/ui/skeleton';
import { EmptyState } from '@/components/ui/states';
import { fullTimeWords } from '@/components/ui/time-words';
import { attemptWords, clockMs, markWords, newDay, shapeOf } from './stream-words';
import type { KnownVersions } from './known-versions';

const ROW = 38;
const NEAR_THE_END = 10;

/** The events of the stream in their order. Later ones stay listed but dim. Only what is seen is drawn. */
export function VersionList({
  known: { rows, isLoading, error, loadEarlier, loadLater },
  version,
  isPart,
  onSelect,
}: {
  known: KnownVersions;
  version: string;
  /** Events of some types only. */
  isPart: boolean;
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
  // Among some types only, the event looked at may not stand in the list.
  const isListed = !isPart || rows[selected]?.version === version;
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
      {rows.length > 0 ? null : isLoading ? (
        <Skeleton rows={6} rowHeight={ROW} label="The events are being read" />
      ) : error === null ? (
        <EmptyState title="No event of these types">
          <p>This stream has none, or none that you may see. Choose other types above.</p>
        </EmptyState>
      ) : (
        <EmptyState title="The events of these types did not answer">
          <p>{asApiError(error).detail}</p>
        </EmptyState>
      )}
      <ol className="st-list" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li key={key} style={{ transform: `translateY(${start}px)` }}>
              <VersionRow
                row={row}
                day={newDay(rows, index)}
                isLater={index > selected}
                isSelected={index === selected && isListed}
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
  day,
  isLater,
  isSelected,
  onSelect,
}: {
  row: StreamVersion;
  /** Where a day begins, which. */
  day: string | null;
  isLater: boolean;
  isSelected: boolean;
  onSelect: () => void;
}) {
  const shape = shapeOf(row.name);
  const schema = row.marks.find(({ kind }) => kind === 'schema');
  const faults = row.marks.filter(({ kind }) => kind !== 'schema');
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
        {row.attempt === null ? null : (
          <span className="st-attempt fs12 t3">
            {row.attempt.of === null ? null : <span className="vh">attempt </span>}
            {attemptWords(row.attempt)}
          </span>
        )}
        {faults.map((mark) => {
          const words = markWords(mark);
          return (
            <span key={mark.kind} className="tag st-odd" data-tip={words.whole}>
              {words.short}
              <span className="vh"> ({words.whole})</span>
            </span>
          );
        })}
        {isLater ? <span className="vh">, later than this view</span> : null}
      </span>
      <span className="st-by fs12 t2 trunc">{row.service}</span>
      {schema === undefined ? (
        <span className="tag st-schema" title={`Schema version ${row.schemaVersion}`}>
          V{row.schemaVersion}
        </span>
      ) : (
        <span className="tag st-schema st-changed" data-tip={markWords(schema).whole}>
          <span aria-hidden="true">→V{row.schemaVersion}</span>
          <span className="vh">
            {markWords(schema).short} ({markWords(schema).whole})
          </span>
        </span>
      )}
      <time
        className="num fs12 mono t2"
        dateTime={row.occurredAt ?? undefined}
        title={row.occurredAt === null ? 'The table tells no time' : fullTimeWords(Date.parse(row.occurredAt))}
      >
        {day === null ? null : <span className="st-day">{day}</span>}
        {clockMs(row.occurredAt)}
      </time>
    </button>
  );
}
