/** Tones a small chart may take: grey unless it reports something. */
export type Tone = 'quiet' | 'running' | 'failed' | 'compensated' | 'completed' | 'pending';

const STROKE: Record<Tone, string> = {
  quiet: 'var(--line-3)',
  running: 'var(--running-solid)',
  failed: 'var(--failed-solid)',
  compensated: 'var(--compensated-solid)',
  completed: 'var(--completed-solid)',
  pending: 'var(--pending-solid)',
};

/** Path of a line through `values` (null: a gap), scaled to the box; pure, so that it can be tested. */
export function linePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  max: number,
  pad = 2,
): string {
  const step = values.length > 1 ? (width - 2 * pad) / (values.length - 1) : 0;
  let open = false;
  const parts: string[] = [];
  values.forEach((value, i) => {
    if (value === null) {
      open = false;
      return;
    }
    const y = height - pad - (max === 0 ? 0 : value / max) * (height - 2 * pad);
    parts.push(`${open ? 'L' : 'M'}${(pad + i * step).toFixed(1)} ${y.toFixed(1)}`);
    open = true;
  });
  return parts.join(' ');
}

/** A sparkline: no axis, a dot at the end. It says nothing alone: the number stands beside it. */
export function Sparkline({
  values,
  tone = 'quiet',
  width = 72,
  height = 18,
}: {
  values: readonly (number | null)[];
  tone?: Tone;
  width?: number;
  height?: number;
}) {
  const max = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const at = values.findLastIndex((value) => value !== null);
  const last = values[at];
  const step = values.length > 1 ? (width - 4) / (values.length - 1) : 0;
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path
        d={linePath(values, width, height, max)}
        fill="none"
        style={{ stroke: STROKE[tone] }}
        strokeWidth="1.3"
        strokeLinejoin="round"
      />
      {last === undefined || last === null ? null : (
        <circle
          cx={2 + at * step}
          cy={height - 2 - (max === 0 ? 0 : last / max) * (height - 4)}
          r="1.9"
          style={{ fill: STROKE[tone] }}
        />
      )}
    </svg>
  );
}

/** Bars from 0; an empty bucket is a hairline, so that silence is seen as silence. */
export function Bars({
  values,
  tone = 'quiet',
  width = 96,
  height = 20,
}: {
  values: readonly number[];
  tone?: Tone;
  width?: number;
  height?: number;
}) {
  const max = Math.max(1, ...values);
  const slot = width / Math.max(1, values.length);
  const bar = Math.max(1, slot * 0.7);
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {values.map((value, i) => {
        const h = value === 0 ? 1 : Math.max(1.5, (value / max) * (height - 1));
        const fill = value === 0 ? 'var(--line-2)' : STROKE[tone];
        return <rect key={i} x={i * slot} y={height - h} width={bar} height={h} style={{ fill }} />;
      })}
    </svg>
  );
}
