'use client';
import { useTicking } from './clock';
import { ageWords, durationWords, relativeWords } from './time-words';

/** `17 m ago`, ticking; the tooltip gives date, milliseconds and zone. `at` is ISO 8601. */
export function RelativeTime({ at, className = '' }: { at: string; className?: string }) {
  const time = Date.parse(at);
  const words = useTicking((now) => relativeWords(time, now), at.slice(0, 19).replace('T', ' '));
  return (
    <time className={`rel ${className}`} dateTime={at}>
      {words}
    </time>
  );
}

/** How long since `at`, coarse and ticking: `17 m`. The tooltip gives the time itself. */
export function Age({ at, className = '' }: { at: string; className?: string }) {
  const time = Date.parse(at);
  const words = useTicking((now) => ageWords(now - time), '');
  return (
    <time className={`rel ${className}`} dateTime={at}>
      {words}
    </time>
  );
}

/** From `from` to `to` (ISO 8601); while `to` is null it is still running and ticks. */
export function Duration({ from, to, className }: { from: string; to: string | null; className?: string }) {
  const start = Date.parse(from);
  const words = useTicking(
    (now) => (to === null ? ageOrDuration(now - start) : durationWords(Date.parse(to) - start)),
    to === null ? '' : durationWords(Date.parse(to) - start),
  );
  return <span className={className}>{words}</span>;
}

/** A ticking duration shows whole seconds: tenths that jump by ten say nothing. */
function ageOrDuration(ms: number): string {
  return ms < 60_000 ? ageWords(ms) : durationWords(ms);
}
