import type { OverviewRange } from '@/client/overview';

export const RANGES: { value: OverviewRange; label: string }[] = [
  { value: '15m', label: '15 m' },
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
];

/** The range that a URL asks for; anything else is the last hour. */
export function rangeOf(text: string | null | undefined): OverviewRange {
  return RANGES.find((range) => range.value === text)?.value ?? '1h';
}

export function rangeWords(range: OverviewRange): string {
  return RANGES.find((each) => each.value === range)?.label ?? range;
}
