'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { importMutations, importQueries } from '@/client/imports';
import type { ImportWire } from '@/core/contract/imports';
import { counted } from '@/core/narrative/counted';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';
import { bytesWords, wholeWords } from '@/components/ui/number-words';
import { RelativeTime } from '@/components/ui/relative-time';

const PHASES = {
  reading: 'Reading the file',
  numbering: 'Giving ids and versions',
  writing: 'Writing the events',
  ended: 'Ended',
} as const;

/** One import: how far it is, or what came of it and which lines were left out. */
export function ImportRow({ item }: { item: ImportWire }) {
  return (
    <li className="import" aria-label={`Import of ${item.file}`}>
      <div className="row">
        <span className="mono trunc m">{item.file}</span>
        {item.tenantId === null ? null : <span className="tag">{item.tenantId}</span>}
        <span className="right fs12 t3">
          {item.startedBy}, <RelativeTime at={item.startedAt} />
        </span>
      </div>
      {item.state === 'running' ? <Running item={item} /> : <Ended item={item} />}
      {item.badLines > 0 ? <BadLines item={item} /> : null}
    </li>
  );
}

function Running({ item }: { item: ImportWire }) {
  const queries = useQueryClient();
  const reason = useMay('logs.import');
  const cancel = useMutation({
    ...importMutations.cancel(item.id),
    onSettled: () => queries.invalidateQueries(importQueries.list()),
  });
  const off = reason ?? (cancel.isPending || cancel.isSuccess ? 'It is being stopped' : null);
  const total = item.bytesTotal;
  const read = total === null ? bytesWords(item.bytesRead) : `${bytesWords(item.bytesRead)} of ${bytesWords(total)}`;
  return (
    <div className="row import-running">
      <progress
        aria-label={PHASES[item.phase]}
        max={total ?? undefined}
        value={total === null || item.phase !== 'reading' ? undefined : item.bytesRead}
      />
      <span className="fs12 t2">
        {PHASES[item.phase]}: {counted(item.events, 'event')}, {read}
      </span>
      <Button small disabledReason={off} onClick={() => cancel.mutate()}>
        Cancel
      </Button>
    </div>
  );
}

function Ended({ item }: { item: ImportWire }) {
  const brought = item.state === 'done' && item.written > 0 && item.marksEvents;
  return (
    <div className="row import-ended">
      <p className="t2">
        {endWords(item)}
        {item.state === 'done' && item.message !== null ? ` ${item.message}` : null}
      </p>
      {brought ? (
        <Link className="link" href={`/events?import=${item.id}`}>
          {item.written === 1 ? 'Show the event' : `Show the ${counted(item.written, 'event')}`}
        </Link>
      ) : null}
    </div>
  );
}

function endWords({ state, message, events, written, known, cases, badLines }: ImportWire): string {
  if (state !== 'done') return message ?? 'Nothing was written.';
  if (events === 0) return badLines > 0 ? 'Nothing was written.' : 'There was no event in it.';
  const of = `of ${counted(cases, 'case')}`;
  if (written === 0) {
    return `Nothing new: ${known === 1 ? 'the 1 event' : `all ${counted(known, 'event')}`} ${of} ${known === 1 ? 'was' : 'were'} there already.`;
  }
  const there = known === 0 ? '' : `, ${counted(known, 'event')} ${known === 1 ? 'was' : 'were'} there already`;
  return `${counted(written, 'event')} ${of} written${there}.`;
}

function BadLines({ item }: { item: ImportWire }) {
  return (
    <details className="import-bad">
      <summary>
        {counted(item.badLines, 'line')} {item.badLines === 1 ? 'was' : 'were'} left out
      </summary>
      <ul>
        {item.bad.map(({ at, message }) => (
          <li key={at} className="fs12">
            <span className="mono">{at}</span> {message}
          </li>
        ))}
      </ul>
      {item.badLines > item.bad.length ? (
        <p className="fs12 t3">The first {wholeWords(item.bad.length)} are shown.</p>
      ) : null}
    </details>
  );
}
