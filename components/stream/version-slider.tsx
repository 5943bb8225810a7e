'use client';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Stream, StreamVersion } from '@/core/contract/streams';
import { spriteHref } from '@/components/ui/icon';
import { momentWords, shapeOf } from './stream-words';
import type { Travel } from './use-time-travel';

/** As in the picture, until it has been measured. */
const FIRST_WIDTH = 922;
const EDGE = 14;
const LINE = 34;
/** More events than this do not stand apart on the line, nor closer ones: it is drawn without them. */
const MOST_TICKS = 40;
const LEAST_STEP = 15;
/** What a number takes below the line. */
const SAID_STEP = 26;

/** The width of an element in pixels: what is drawn in it keeps its size. */
function useWidth(element: { current: Element | null }): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(entry.contentRect.width);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

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
  const width = useWidth(line);
  const right = width - EDGE;
  const ticks = ticksOf(stream, width);
  const scale = ticks === null ? scaleOf(stream, right) : rowOf(ticks, right);
  const x = scale.place(travel.version);
  const shown = travel.event;
  const time = shown === null ? null : momentWords(shown.occurredAt, stream);

  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = line.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return;
    const version = scale.version(event.clientX - box.left);
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
      viewBox={`0 0 ${width} 62`}
      // An input of type range has neither 64 bits nor icons on its line.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      aria-label="Version"
      aria-valuemin={Number(stream.first)}
      aria-valuemax={Number(stream.last)}
      aria-valuenow={Number(travel.version)}
      aria-valuetext={
        shown === null ? `Version ${travel.version}` : `Version ${travel.version}, ${shown.name}, ${time}`
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
      <path d={`M${EDGE} ${LINE}H${right}`} className="st-track" />
      <path d={`M${EDGE} ${LINE}H${x}`} className="st-gone" />
      {(ticks ?? []).map((tick, place) => (
        <Tick
          key={tick.position}
          tick={tick}
          x={scale.place(tick.version)}
          later={BigInt(tick.version) > BigInt(travel.version)}
          said={isSaid(place, ticks?.length ?? 0, right) && Math.abs(scale.place(tick.version) - x) > SAID_STEP / 2}
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
      <text x={inside(x, travel.version.length * 3.5, width)} y={58} textAnchor="middle" className="st-here">
        {travel.version}
      </text>
      <text x={inside(x, (time?.length ?? 0) * 3.3, width)} y={13} textAnchor="middle" className="st-time">
        {time}
      </text>
    </svg>
  );
}

const inside = (x: number, half: number, width: number): number => Math.max(half, Math.min(width - half, x));

/** Where events stand close only some are numbered, so that the numbers do not touch. */
function isSaid(place: number, count: number, right: number): boolean {
  const each = Math.max(1, Math.ceil((SAID_STEP * Math.max(1, count - 1)) / (right - EDGE)));
  return place % each === 0 && (place === 0 || count - 1 - place >= each || place === count - 1);
}

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
function ticksOf({ versions, previous, next }: Stream, width: number): StreamVersion[] | null {
  if (previous !== null || next !== null) return null;
  // Versions that stand there twice are one stop, with what stands out at each of them.
  const once = versions.flatMap((one, place) => {
    if (one.version === versions[place - 1]?.version) return [];
    const marks = versions.filter(({ version }) => version === one.version).flatMap((same) => same.marks);
    return [{ ...one, marks }];
  });
  return once.length <= MOST_TICKS && (width - 2 * EDGE) / once.length >= LEAST_STEP ? once : null;
}

interface Scale {
  place: (version: string) => number;
  version: (x: number) => string;
}

function rowOf(ticks: readonly StreamVersion[], right: number): Scale {
  const step = ticks.length > 1 ? (right - EDGE) / (ticks.length - 1) : 0;
  return {
    place: (version) => {
      const after = ticks.findIndex((tick) => BigInt(tick.version) > BigInt(version));
      return EDGE + step * Math.max(0, (after === -1 ? ticks.length : after) - 1);
    },
    version: (x) => {
      const place = step === 0 ? 0 : Math.round((x - EDGE) / step);
      return ticks[Math.max(0, Math.min(ticks.length - 1, place))]?.version ?? '0';
    },
  };
}

function scaleOf({ first, last }: Stream, right: number): Scale {
  const from = BigInt(first);
  const whole = BigInt(last) - from;
  const steps = 1_000_000n;
  return {
    place: (version) => {
      const part = BigInt(version) - from;
      const share = whole === 0n ? 0 : Number((part * steps) / whole) / Number(steps);
      return EDGE + (right - EDGE) * Math.max(0, Math.min(1, share));
    },
    version: (x) => {
      const share = Math.max(0, Math.min(1, (x - EDGE) / (right - EDGE)));
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
    ArrowLeft: () => travel.by(-1),
    ArrowDown: () => travel.by(-1),
    ArrowRight: () => travel.by(1),
    ArrowUp: () => travel.by(1),
    PageDown: () => travel.by(-10),
    PageUp: () => travel.by(10),
    Home: () => goTo(stream.first),
    End: () => goTo(stream.last),
  };
  return keys[key];
}
