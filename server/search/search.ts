import type { SearchInput, SearchResult } from '@/core/contract/search';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { businessKeyStartsWith, matches } from '@/server/sagas/saga-filters';

/** Hits listed per kind. */
const SHOWN = 20;

interface Hit {
  id: string;
  type: string;
  key: string | null;
  by: 'saga' | 'correlation' | 'trace' | 'key';
}

const MATCH: Record<Hit['by'], (q: string) => string> = {
  saga: () => 'saga id',
  correlation: () => 'correlation id',
  trace: () => 'trace id',
  key: (q) => `business key starts with ${q}`,
};

/**
 * Sagas by an id in full, or by the beginning of their business key; ids first, then the newest change.
 * What is not in `searched` was not looked at.
 */
export async function search(ctx: Ctx, input: SearchInput): Promise<SearchResult> {
  permit(ctx, 'search.read');
  const params = new Params();
  const ways = matches(input.q, params);
  const byKey = businessKeyStartsWith(input.q, params);
  const q = params.add(input.q);
  const rank = `case when s.saga_id::text = lower(${q}::text) then 'saga' when s.correlation_id = ${q}::text then 'correlation'
    when s.trace_id = ${q}::text then 'trace' else 'key' end`;
  const seen = visible(ctx, 'search.read', params, { tenant: 's.tenant_id', sagaType: 's.saga_type' });
  const hits = await ctx.db.replica<Hit>(
    `select s.saga_id::text as id, s.saga_type as type, s.business_key as key, ${rank} as by
       from sagascope.saga s where ${seen} and (${ways.map((way) => `(${way})`).join(' or ')})
      order by ${byKey} is true, s.updated_at desc, s.saga_id desc limit ${params.add(SHOWN + 1)}::int`,
    params.values,
  );
  const items = hits.slice(0, SHOWN).map((hit) => ({
    id: hit.id,
    label: hit.key ?? hit.type,
    match: MATCH[hit.by](input.q),
  }));
  return {
    groups: items.length === 0 ? [] : [{ kind: 'saga', items, more: hits.length > SHOWN }],
    searched: ['saga'],
  };
}
