'use client';
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import type { Stream, StreamVersion } from '@/core/contract/streams';
import { spriteHref } from '@/components/ui/icon';
import { clockMs, shapeOf, versionWords } from './stream-words';
import type { Travel } from './use-time-travel';

const WIDTH = 922;
const LEFT = 14;
const RIGHT = 908;
const LINE = 34;
/** More events than this do not stand apart on the line: it is drawn without them. */
const MOST_TICKS = 40;

/** The line of versions. With few events each is drawn where it stands in the row, else the line is a scale. */
export function VersionSlider({
  stream,
  travel,
  goTo,
}: {
  stream: Stream;
  travel: Travel;
  goTo: (version: string | null) => void;
}) {
  const line = useRef<SVGSVGElement>(null);
  const ticks = ticksOf(stream);
  const scale = ticks === null ? scaleOf(stream) : rowOf(ticks);
  const x = scale.place(travel.version);
  const shown = travel.event;
  const time = shown === null ? null : clockMs(shown.occurredAt);

  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = line.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return;
    const version = scale.version(((event.clientX - box.left) / box.width) * WIDTH);
    if (version !== travel.version) goTo(version);
  };
  const press = (event: KeyboardEvent) => {
    const act = keyed(event.key, stream, travel, goTo);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <svg
      ref={line}
      className="st-slider"
      viewBox={`0 0 ${WIDTH} 62`}
      // An input of type range has neither 64 bits nor icons on its line.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      aria-label="Version"
      aria-valuemin={Number(stream.first)}
      aria-valuemax={Number(stream.last)}
      aria-valuenow={Number(travel.version)}
      aria-valuetext={
        shown === null ? `Version ${travel.version}` : versionWords({ ...shown, version: travel.version })
      }
      tabIndex={0}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
      }}
    >
      <path d={`M${LEFT} ${LINE}H${RIGHT}`} className="st-track" />
      <path d={`M${LEFT} ${LINE}H${x}`} className="st-gone" />
      {(ticks ?? []).map((tick, place) => (
        <Tick
          key={tick.position}
          tick={tick}
          x={scale.place(tick.version)}
          later={BigInt(tick.version) > BigInt(travel.version)}
          said={isSaid(place, ticks?.length ?? 0) && tick.version !== travel.version}
        />
      ))}
      {ticks === null
        ? [stream.first, stream.last].map((end) =>
            Math.abs(scale.place(end) - x) < 50 ? null : (
              <text key={end} x={scale.place(end)} y={58} textAnchor={end === stream.first ? 'start' : 'end'}>
                {end}
              </text>
            ),
          )
        : null}
      <circle cx={x} cy={LINE} r={11} className="st-thumb" />
      <Sign name={shown?.name ?? ''} x={x} size={13} />
      <text x={inside(x, travel.version.length * 3.5)} y={58} textAnchor="middle" className="st-here">
        {travel.version}
      </text>
      <text x={inside(x, 40)} y={13} textAnchor="middle" className="st-time">
        {time}
      </text>
    </svg>
  );
}

const inside = (x: number, half: number): number => Math.max(half, Math.min(WIDTH - half, x));

/** With many ticks only some are named, so that their numbers do not touch. */
const isSaid = (place: number, count: number): boolean =>
  count <= 24 || place === 0 || place === count - 1 || (place + 1) % 5 === 0;

function Tick({ tick, x, later, said }: { tick: StreamVersion; x: number; later: boolean; said: boolean }) {
  const marked = tick.marks.some(({ kind }) => kind !== 'schema');
  return (
    <g className={later ? 'st-later' : undefined}>
      {shapeOf(tick.name) === null ? null : <circle cx={x} cy={LINE} r={8} className="st-clear" />}
      <Sign name={tick.name} x={x} size={12} />
      {marked ? <path d={`M${x - 3} ${LINE - 17}h6l-3 5z`} className="st-mark" /> : null}
      {said ? (
        <text x={x} y={58} textAnchor="middle">
          {tick.version}
        </text>
      ) : null}
    </g>
  );
}

function Sign({ name, x, size }: { name: string; x: number; size: number }) {
  const shape = shapeOf(name);
  if (shape === null) return <circle cx={x} cy={LINE} r={4} className="st-dot" />;
  return (
    <svg className={`si s-${shape}`} x={x - size / 2} y={LINE - size / 2} width={size} height={size}>
      <use href={spriteHref(`s-${shape}`)} />
    </svg>
  );
}

/** The events themselves where they are few and all known; null: the line is a scale. */
function ticksOf({ versions, previous, next }: Stream): StreamVersion[] | null {
  if (previous !== null || next !== null) return null;
  // Versions that stand there twice are one stop.
  const once = versions.filter((one, place) => one.version !== versions[place - 1]?.version);
  return once.length <= MOST_TICKS ? once : null;
}

interface Scale {
  place: (version: string) => number;
  version: (x: number) => string;
}

function rowOf(ticks: readonly StreamVersion[]): Scale {
  const step = ticks.length > 1 ? (RIGHT - LEFT) / (ticks.length - 1) : 0;
  return {
    place: (version) => {
      const after = ticks.findIndex((tick) => BigInt(tick.version) > BigInt(version));
      return LEFT + step * Math.max(0, (after === -1 ? ticks.length : after) - 1);
    },
    version: (x) => {
      const place = step === 0 ? 0 : Math.round((x - LEFT) / step);
      return ticks[Math.max(0, Math.min(ticks.length - 1, place))]?.version ?? '0';
    },
  };
}

function scaleOf({ first, last }: Stream): Scale {
  const from = BigInt(first);
  const whole = BigInt(last) - from;
  const steps = 1_000_000n;
  return {
    place: (version) => {
      const part = BigInt(version) - from;
      const share = whole === 0n ? 0 : Number((part * steps) / whole) / Number(steps);
      return LEFT + (RIGHT - LEFT) * Math.max(0, Math.min(1, share));
    },
    version: (x) => {
      const share = Math.max(0, Math.min(1, (x - LEFT) / (RIGHT - LEFT)));
      return (from + (whole * BigInt(Math.round(share * Number(steps)))) / steps).toString();
    },
  };
}

function keyed(
  key: string,
  stream: Stream,
  travel: Travel,
  goTo: (version: string | null) => void,
): (() => void) | undefined {
  const keys: Record<string, () => void> = {
    ArrowLeft: () => travel.previous !== null && goTo(travel.previous),
    ArrowDown: () => travel.previous !== null && goTo(travel.previous),
    ArrowRight: () => travel.next !== null && goTo(travel.next),
    ArrowUp: () => travel.next !== null && goTo(travel.next),
    PageDown: () => travel.by(-10),
    PageUp: () => travel.by(10),
    Home: () => goTo(stream.first),
    End: () => goTo(stream.last),
  };
  return keys[key];
}
