'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { overviewQueries } from '@/client/overview';
import { sagaQueries } from '@/client/sagas';
import type { Overview } from '@/core/contract/overview';
import { ShapeIcon, STATUS_SHAPE, STATUS_WORD } from '@/components/saga/status';
import { Answer } from '@/components/shell/answer';
import { useUrlState } from '@/components/shell/url-state';
import { wholeWords } from '@/components/ui/number-words';
import { Segmented } from '@/components/ui/segmented';
import { Skeleton } from '@/components/ui/skeleton';
import { clockWords, zoneWords } from '@/components/ui/time-words';
import { Charts } from './charts';
import { EmptyConsole } from './empty-console';
import { ErrorsPanel } from './errors-panel';
import { Queue } from './queue';
import { RANGES, rangeOf, rangeWords } from './range';
import { TypesPanel } from './types-panel';

export function OverviewPage() {
  const url = useUrlState();
  const range = rangeOf(url.params.get('range'));
  const query = useQuery(overviewQueries.of(range));
  const { data } = query;
  return (
    <div className="page">
      <div className="page-head overview-head">
        <h1>Overview</h1>
        {data === undefined ? null : <Now overview={data} />}
        <span className="right row">
          {data === undefined ? null : <AsOf at={data.asOf} />}
          <Segmented
            label="Time range"
            options={RANGES}
            value={range}
            onChange={(next) => {
              const params = new URLSearchParams(url.params);
              if (next === '1h') params.delete('range');
              else params.set('range', next);
              url.push(params);
            }}
          />
        </span>
      </div>
      <Answer query={query} what="The overview" loading={<Loading />}>
        {(overview) =>
          overview.types.length === 0 ? <NothingInRange overview={overview} /> : <Panels overview={overview} />
        }
      </Answer>
    </div>
  );
}

function Panels({ overview }: { overview: Overview }) {
  return (
    <div className="ov">
      <Queue overview={overview} />
      <Charts overview={overview} />
      <TypesPanel overview={overview} />
      <ErrorsPanel overview={overview} />
    </div>
  );
}

/** No type at all: the console is empty, or only this range is. */
function NothingInRange({ overview }: { overview: Overview }) {
  const all = useQuery(sagaQueries.count({})).data;
  if (all?.value !== 0) return <Panels overview={overview} />;
  return (
    <section className="panel" aria-label="No saga yet">
      <EmptyConsole />
    </section>
  );
}

function Loading() {
  return (
    <div className="ov">
      {['Needs attention', 'Failure rate', 'Saga types', 'Errors'].map((title, i) => (
        <section className="panel" key={title} aria-label={title}>
          <Skeleton rows={i < 2 ? 8 : 5} rowHeight={46} label={`${title} is being read`} />
        </section>
      ))}
    </div>
  );
}

function AsOf({ at }: { at: string }) {
  const time = Date.parse(at);
  return (
    <time className="fs12 t3 as-of" dateTime={at}>
      {clockWords(time)} {zoneWords(time)}
    </time>
  );
}

const COUNTS = [
  ['RUNNING', 'running'],
  ['COMPENSATING', 'compensating'],
  ['COMPLETED', 'completed'],
  ['FAILED', 'failed'],
  ['COMPENSATED', 'compensated'],
] as const;

function Now({ overview }: { overview: Overview }) {
  return (
    <nav className="now" aria-label={`Sagas by status, last ${rangeWords(overview.range)}`}>
      {COUNTS.map(([status, key]) => (
        <Link
          key={status}
          prefetch={false}
          href={`/sagas?status=${status}`}
          data-tip={key === 'running' || key === 'compensating' ? 'Now' : `In the last ${rangeWords(overview.range)}`}
        >
          <ShapeIcon shape={STATUS_SHAPE[status]} on="canvas" />
          <b>{wholeWords(overview.counts[key])}</b>
          {STATUS_WORD[status].toLowerCase()}
        </Link>
      ))}
    </nav>
  );
}
