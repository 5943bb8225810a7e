import type { SearchGroup, SearchKind } from '@/core/contract/search';
import type { IconName } from '@/components/ui/icon';

/** What a group of hits is called, and its sign. */
export const KIND_WORDS = {
  saga: { many: 'Sagas', icon: 'sagas' },
  event: { many: 'Events', icon: 'events' },
  stream: { many: 'Streams', icon: 'layers' },
  flow: { many: 'Flows', icon: 'flow' },
  trace: { many: 'Traces', icon: 'link' },
  value: { many: 'Values', icon: 'target' },
} as const satisfies Record<SearchKind, { many: string; icon: IconName }>;

/** `sagas, events and streams`: the kinds that were looked at. */
export function searchedWords(kinds: readonly SearchKind[]): string {
  const words = kinds.map((kind) => KIND_WORDS[kind].many.toLowerCase());
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

/** `7 hits`, `20+ hits`: said aloud once an answer is there. */
export function hitWords(groups: readonly SearchGroup[]): string {
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  const more = groups.some((group) => group.more) ? '+' : '';
  return count === 1 ? '1 hit' : `${count}${more} hits`;
}
