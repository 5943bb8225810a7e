'use client';
import { Button } from '@/components/ui/button';

/** auto: a picture that is a little too wide is drawn smaller; fit: whatever is too wide. */
export type ZoomLevel = number | 'fit' | 'auto';

const LEAST_AUTO = 0.74;
const LEAST_FIT = 0.2;

/** How large a picture of `width` px is drawn where there are `room` px. */
export function scaleOf(zoom: ZoomLevel, room: number, width: number): number {
  if (typeof zoom === 'number') return zoom;
  const fitting = Math.min(1, room / Math.max(1, width));
  if (zoom === 'fit') return Math.max(LEAST_FIT, fitting);
  return fitting >= LEAST_AUTO ? fitting : 1;
}

const LEVELS = [0.5, 0.67, 0.8, 1, 1.25, 1.5];

/** Smaller, larger, and as wide as there is room. */
export function Zoom({
  value,
  scale,
  onChange,
}: {
  value: ZoomLevel;
  /** What is drawn now. */
  scale: number;
  onChange: (value: ZoomLevel) => void;
}) {
  const smaller = LEVELS.findLast((level) => level < scale - 0.01);
  const larger = LEVELS.find((level) => level > scale + 0.01);
  return (
    <fieldset className="ef-zoom" aria-label="Zoom">
      <Button
        small
        icon="minus"
        label="Smaller"
        disabledReason={smaller === undefined ? 'This is the smallest' : null}
        onClick={() => onChange(smaller ?? value)}
      />
      <output className="fs12 t2">{Math.round(scale * 100)}%</output>
      <Button
        small
        icon="plus"
        label="Larger"
        disabledReason={larger === undefined ? 'This is the largest' : null}
        onClick={() => onChange(larger ?? value)}
      />
      <Button
        small
        icon="fit"
        label="As wide as there is room"
        aria-pressed={value === 'fit'}
        onClick={() => onChange(value === 'fit' ? 1 : 'fit')}
      />
    </fieldset>
  );
}
