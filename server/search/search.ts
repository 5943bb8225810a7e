import type { SearchGroup, SearchInput, SearchResult } from '@/core/contract/search';
import { SEARCH_KINDS } from '@/core/contract/search';
import { searchValue } from '@/core/search/keys';
import { permit } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { eventHits } from './event-hits';
import { type Hit, keptHits, READ } from './kept-hits';
import { itemOf } from './search-item';

/** Hits listed per kind. */
const SHOWN = 20;

/**
 * What an id or value belongs to: by the whole of it or its beginning, whatever its case; whole values first, sagas by
 * their newest change. Rows that the actor may not see are neither listed nor counted.
 */
export async function search(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  permit(ctx, 'search.read');
  // As it was written first; then as people say it, where nothing is called that.
  for (const value of [searchValue(input.q), ...asSaid(searchValue(input.q))]) {
    const [kept, events] = await Promise.all([keptHits(ctx, value), eventHits(ctx, value)]);
    const hits = [...kept, ...events];
    const groups = SEARCH_KINDS.map((kind) => groupOf(kind, hits, value)).filter(({ items }) => items.length > 0);
    if (groups.length > 0) return { groups, searched: [...SEARCH_KINDS] };
  }
  return { groups: [], searched: [...SEARCH_KINDS] };
}

/** `order 8841`, `order_8841`, `#8841` on the phone are order-8841 and 8841 in a log. */
export function asSaid(value: string): string[] {
  const bare = value.replace(/^#\s*/, '');
  const ways = [bare, bare.replaceAll(/[\s_]+/g, '-'), bare.replace(/^(\p{L}+)(\d+)$/u, '$1-$2')];
  return [...new Set(ways)].filter((way) => way !== value && way !== '');
}

function groupOf(kind: SearchGroup['kind'], hits: readonly Hit[], value: string): SearchGroup {
  const items = new Map<string, SearchGroup['items'][number]>();
  for (const hit of hits) {
    if (hit.kind !== kind) continue;
    const item = itemOf(hit, value);
    // One value may have been written in several cases.
    const name =
      kind === 'value' || kind === 'trace' ? `${hit.field} ${item.detail} ${item.id.toLowerCase()}` : item.href;
    if (!items.has(name)) items.set(name, item);
  }
  const all = [...items.values()];
  // Of more rows than were read nobody knows what they are of.
  const isCut = hits.filter((hit) => hit.kind === kind).length >= READ;
  return { kind, items: all.slice(0, SHOWN), more: all.length > SHOWN || isCut };
}
