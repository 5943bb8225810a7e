'use client';
import { useState } from 'react';
import type { Overview } from '@/core/contract/overview';
import { Panel } from '@/components/ui/panel';
import { linePath } from '@/components/ui/spark';
import { shareWords, wholeWords } from '@/components/ui/number-words';
import { dateWords, minuteWords } from '@/components/ui/time-words';
import { axisTimes, bucketWords, failureRates, shareTop, WINDOW } from './series';

const LEFT = 34;
const WIDTH = 292;
const RIGHT = LEFT + WIDTH;

/** Failure rate of one type or of all, over bars of what started, failed and was compensated. One time axis for all. */
export function Charts({ overview }: { overview: Overview }) {
  const [type, setType] = useState('');
  const one = overview.types.find((each) => each.sagaType === type);
  const rates = one === undefined ? failureRates(overview.series) : one.failureSeries;
  const window =
    one === undefined ? `${bucketWords(overview.bucketMs * WINDOW)} window` : `per ${bucketWords(overview.bucketMs)}`;
  return (
    <Panel
      title="Failure rate"
      sub={
        <select
          className="pick"
          aria-label="Saga type"
          value={one?.sagaType ?? ''}
          onChange={(event) => setType(event.target.value)}
        >
          <option value="">all types</option>
          {overview.types.map((each) => (
            <option key={each.sagaType}>{each.sagaType}</option>
          ))}
        </select>
      }
      right={<span className="sub">{window}</span>}
    >
      <RateChart rates={rates} of={one?.sagaType ?? 'all types'} />
      <BarCharts overview={overview} />
    </Panel>
  );
}

function RateChart({ rates, of }: { rates: readonly (number | null)[]; of: string }) {
  const max = shareTop(rates.reduce<number>((most, rate) => Math.max(most, rate ?? 0), 0));
  const at = rates.findLastIndex((rate) => rate !== null);
  const last = rates[at] ?? null;
  const y = (rate: number) => 140.5 - (rate / max) * 130;
  const step = rates.length > 1 ? WIDTH / (rates.length - 1) : 0;
  const label = `Failure rate of ${of}, now ${last === null ? 'unknown: no saga ended' : shareWords(last)}`;
  return (
    <div className="ch">
      <svg viewBox="0 0 368 148" role="img" aria-label={label}>
        {[0, max / 2, max].map((tick) => (
          <g key={tick}>
            <path className="axis" d={`M${LEFT} ${Math.round(y(tick)) + 0.5}H${RIGHT}`} />
            <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
              {tickWords(tick, max)}
            </text>
          </g>
        ))}
        <path
          d={linePath(rates, WIDTH, 130, max, 0)}
          transform={`translate(${LEFT} 10.5)`}
          fill="none"
          style={{ stroke: 'var(--tx-2)' }}
          strokeWidth="1.4"
          strokeLinejoin="round"
        />
        {last === null ? (
          <text x={LEFT + WIDTH / 2} y="80" textAnchor="middle">
            No saga ended in this time
          </text>
        ) : (
          <>
            <circle cx={LEFT + at * step} cy={y(last)} r="3" style={{ fill: 'var(--tx-2)' }} />
            <text className="now-value" x={RIGHT + 7} y={y(last) + 4}>
              {shareWords(last)}
            </text>
          </>
        )}
      </svg>
    </div>
  );
}

function tickWords(tick: number, max: number): string {
  const percent = tick * 100;
  const words = Number.isInteger(percent) ? String(percent) : percent.toFixed(1);
  return tick === max ? `${words}%` : words;
}

const BARS = [
  { key: 'started', word: 'Started', color: 'var(--pending-solid)' },
  { key: 'failed', word: 'Failed', color: 'var(--failed-solid)' },
  { key: 'compensated', word: 'Compensated', color: 'var(--compensated-solid)' },
] as const;

function BarCharts({ overview }: { overview: Overview }) {
  const per = bucketWords(overview.bucketMs);
  const totals = BARS.map(({ key, word }) => `${word.toLowerCase()} ${wholeWords(total(overview.series[key]))}`).join(
    ', ',
  );
  const [from, to] = [Date.parse(overview.from), Date.parse(overview.asOf)];
  const axis = overview.range === '7d' ? (at: number) => dateWords(at).replace(/ \d{4}$/, '') : minuteWords;
  return (
    <div className="ch">
      <svg viewBox="0 0 368 218" role="img" aria-label={`Sagas per ${per}; in all ${totals}`}>
        {BARS.map(({ key, word, color }, i) => (
          <BarRow key={key} values={overview.series[key]} title={`${word} per ${per}`} color={color} top={i * 68} />
        ))}
        {axisTimes(from, to).map((at, i) => (
          <text key={i} x={LEFT + (i / 3) * WIDTH} y="214" textAnchor={i === 0 ? 'start' : i === 3 ? 'end' : 'middle'}>
            {axis(at)}
          </text>
        ))}
      </svg>
    </div>
  );
}

function BarRow({
  values,
  title,
  color,
  top,
}: {
  values: readonly number[];
  title: string;
  color: string;
  top: number;
}) {
  const max = Math.max(1, ...values);
  const slot = WIDTH / Math.max(1, values.length);
  // The last bucket is still filling: the number is that of the last whole one.
  const whole = values.at(-2) ?? values.at(-1) ?? 0;
  return (
    <g transform={`translate(0 ${top})`}>
      <text className="bar-title" x={LEFT} y="12">
        {title}
      </text>
      {values.map((value, i) =>
        value === 0 ? null : (
          <rect
            key={i}
            x={LEFT + i * slot}
            y={60 - Math.max(1.5, (value / max) * 42)}
            width={slot * 0.75}
            height={Math.max(1.5, (value / max) * 42)}
            style={{ fill: color }}
            opacity={i === values.length - 1 ? 0.55 : undefined}
          />
        ),
      )}
      <path className="axis" d={`M${LEFT} 60.5H${RIGHT}`} />
      <text className="now-value" x={RIGHT + 7} y="59">
        {wholeWords(whole)}
      </text>
    </g>
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
