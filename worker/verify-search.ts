import type { Query } from '@/server/db/query';
import { searchKeyArguments, type TenantKey } from './projector/search-keys';

/** Which of these keys the search box does not know. More than are given are no fault: what a saga was found by stays. */
export async function missingKeys<Key extends TenantKey>(query: Query, keys: readonly Key[]): Promise<Key[]> {
  if (keys.length === 0) return [];
  const rows = await query<{ n: number }>(
    `SELECT (r.n - 1)::int AS n FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY
       AS r(tenant_id, kind, value, target_type, target, n)
     WHERE NOT EXISTS (SELECT FROM sagascope.search_key k WHERE k.tenant_id = r.tenant_id AND k.kind = r.kind
       AND k.value = r.value AND k.target_type = r.target_type AND k.target = r.target) ORDER BY 1`,
    searchKeyArguments(keys).slice(0, 5),
  );
  return rows.flatMap(({ n }) => keys[n] ?? []);
}
