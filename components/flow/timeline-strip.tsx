'use client';
import { measuredWords } from '@/core/diagram/duration-words';
import type { FlowPicture } from './flow-page';

const HEIGHT = 70;
const GROUND = 46;
const TALLEST = 36;

/** All events of the flow, shown or not, on a linear axis: how many when. The part that is shown is marked. */
export function TimelineStrip({ flow, label, room }: { flow: FlowPicture['flow']; label: number; room: number }) {
  const { strip, startedAt, endedAt } = flow;
  if (strip === null || startedAt === null || endedAt === null) return null;
  const start = Date.parse(startedAt);
  const span = Math.max(1, Date.parse(endedAt) - start);
  const width = Math.max(120, room - 40);
  const place = (time: number) => Math.min(width, Math.max(0, ((time - start) / span) * width));
  const most = Math.max(...strip.ticks.map(({ events }) => events));
  const from = Date.parse(strip.from);
  const bar = Math.max(3, Math.min(14, (strip.widthMs / span) * width - 1));
  const times = flow.nodes.flatMap(({ at, endAt }) =>
    [at, endAt].flatMap((one) => (one === null ? [] : [Date.parse(one)])),
  );
  const part = flow.shown < flow.total && times.length > 0;
  const left = place(Math.min(...times));
  return (
    <div className="ft-strip">
      <div className="ft-strip-l" style={{ width: label }}>
        <span className="t2 fs11">Real time</span>
        <span className="t3 fs11">{measuredWords(span)}</span>
      </div>
      <svg
        width={width + 40}
        height={HEIGHT}
        role="img"
        aria-label={`All ${flow.total} events on a linear time scale of ${measuredWords(span)}, ${flow.failures} of them failures`}
      >
        <g transform="translate(14 0)">
          {part ? (
            <rect
              className="ft-part"
              x={left}
              y={4}
              width={Math.max(4, place(Math.max(...times)) - left)}
              height={GROUND - 4}
            />
          ) : null}
          {strip.ticks.map(({ at, events, failed, undone }) => {
            // A square root: one event beside ten thousand is still seen.
            const tall = Math.max(4, Math.sqrt(events / most) * TALLEST);
            const tone = failed > 0 ? 'failed' : undone * 2 > events ? 'undone' : 'plain';
            return (
              <rect
                key={at}
                className={`ft-bar ft-bar-${tone}`}
                x={Math.min(width - bar, place(from + at * strip.widthMs))}
                y={GROUND - tall}
                width={bar}
                height={tall}
                rx={0.5}
              />
            );
          })}
          <path className="axis" d={`M0 ${GROUND + 0.5}H${width}`} />
          {Array.from({ length: room < 420 ? 3 : 6 }, (_, n, of = room < 420 ? 2 : 5) => (
            <text key={n} x={(width * n) / of} y={61} textAnchor={n === 0 ? 'start' : n === of ? 'end' : 'middle'}>
              {n === 0 ? '0' : `+${measuredWords((span * n) / of)}`}
            </text>
          ))}
        </g>
      </svg>
    </div>
  );
}
