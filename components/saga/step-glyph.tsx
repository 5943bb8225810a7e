import type { CompactStep } from '@/core/contract/sagas';
import { forwardBar, glyphLabel, goesBack, undoBar, type Bar, type UndoBar } from './glyph-words';

const WIDTH = 58;
/** More bars than this are narrower than a stroke: the rest is said, not drawn. */
const MOST = 14;

/** 58 x 16: a bar per forward step on top, a thin bar per undo below. The label spells it out. */
export function StepGlyph({ steps }: { steps: readonly CompactStep[] }) {
  const shown = steps.length > MOST ? steps.slice(0, MOST) : steps;
  const back = goesBack(steps);
  const undo = shown.map((step) => undoBar(step, back));
  const lanes = undo.some((bar) => bar !== null);
  const gap = shown.length > 8 ? 1 : 2;
  const width = (WIDTH - gap * (shown.length - 1)) / Math.max(1, shown.length);
  return (
    <svg
      className="glyph"
      width={WIDTH}
      height="16"
      viewBox={`0 0 ${WIDTH} 16`}
      role="img"
      aria-label={glyphLabel(steps)}
    >
      {shown.map((step, i) => (
        <ForwardBar key={step.stepName} bar={forwardBar(step)} x={i * (width + gap)} y={lanes ? 2 : 5} width={width} />
      ))}
      {undo.map((bar, i) =>
        bar === null ? null : <Undo key={shown[i]?.stepName ?? i} bar={bar} x={i * (width + gap)} width={width} />,
      )}
    </svg>
  );
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface BarShape extends Box {
  color: string;
  rx: number;
}

function Full({ x, y, width, height, color, rx }: BarShape) {
  return <rect x={x} y={y} width={width} height={height} rx={rx} style={{ fill: `var(--${color}-solid)` }} />;
}

function Hollow({ x, y, width, height, color, rx }: BarShape) {
  return (
    <rect
      x={x + 0.5}
      y={y + 0.5}
      width={Math.max(0, width - 1)}
      height={height - 1}
      rx={rx}
      fill="none"
      style={{ stroke: `var(--${color}-solid)` }}
    />
  );
}

/** The cut of a failed bar, in the colour of the row behind it. */
function Cut({ x, y, width, height }: Box) {
  const middle = x + width / 2;
  const lean = Math.min(2, width / 3);
  return (
    <path
      d={`M${middle - lean} ${y - 0.5}l${lean * 2} ${height + 1}`}
      style={{ stroke: 'var(--surface)' }}
      strokeWidth="1.6"
    />
  );
}

function Dotted({ x, y, width }: Omit<Box, 'height'>) {
  return (
    <path d={`M${x} ${y}h${width}`} style={{ stroke: 'var(--pending-solid)' }} strokeWidth="2" strokeDasharray="2 2" />
  );
}

function ForwardBar({ bar, x, y, width }: { bar: Bar; x: number; y: number; width: number }) {
  const box = { x, y, width, height: 6 };
  if (bar === 'done') return <Full {...box} color="completed" rx={1.5} />;
  if (bar === 'hollow') return <Hollow {...box} color="pending" rx={1.2} />;
  if (bar === 'skipped') return <Dotted x={x} y={y + 3} width={width} />;
  if (bar === 'running') {
    return (
      <>
        <Hollow {...box} color="running" rx={1.2} />
        <Full {...box} width={width * 0.55} color="running" rx={1.5} />
      </>
    );
  }
  return (
    <>
      <Full {...box} color="failed" rx={1.5} />
      <Cut {...box} />
    </>
  );
}

function Undo({ bar, x, width }: { bar: UndoBar; x: number; width: number }) {
  const box = { x, y: 10, width, height: 4 };
  if (bar === 'undone') return <Full {...box} color="compensated" rx={1} />;
  if (bar === 'owed') return <Hollow {...box} color="pending" rx={1} />;
  if (bar === 'settled') return <Dotted x={x} y={12} width={width} />;
  if (bar === 'undoing') {
    return (
      <>
        <Hollow {...box} color="compensating" rx={1} />
        <Full {...box} width={width / 2} color="compensating" rx={1} />
      </>
    );
  }
  return (
    <>
      <Full {...box} color="attention" rx={1} />
      <Cut {...box} />
    </>
  );
}
