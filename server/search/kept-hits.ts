import { z } from 'zod';
import { AGGREGATE_ID, BUSINESS_KEY, KEPT_KINDS, type KeptKind, NUMBER, searchValue } from '@/core/search/keys';
import { reachOf } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';
import { isoMs } from '@/server/sagas/list-item';

/** Read per kind: several values may belong to one thing, which is listed once. */
export const READ = 60;
/** Looked at where rows of other saga types may stand between those that are seen. */
const LOOKED_AT = 2_000;

const Hit = z.object({
  kind: z.enum([...KEPT_KINDS, 'event']),
  value: z.string(),
  targetType: z.string(),
  target: z.string(),
  field: z.string(),
  /** Of a saga. */
  sagaType: z.string().nullish(),
  status: z.string().nullish(),
  businessKey: z.string().nullish(),
  updatedAt: z.string().nullish(),
  /** Of an event: its name, and the stream that it stands in. */
  name: z.string().nullish(),
  stream: z.string().nullish(),
});
export type Hit = z.infer<typeof Hit>;

/**
 * What search_key has for a value or its beginning: one stretch of an index for each kind, and for each tenant where
 * the actor sees some only. Ascending, so a value in full stands before those that it begins.
 */
export async function keptHits(ctx: Ctx, value: string): Promise<Hit[]> {
  const params = new Params();
  const from = `${params.add(value)}::text`;
  const to = `${params.add(`${value}\u{10ffff}`)}::text`;
  const range = (kind: KeptKind, limit: number, tenants: readonly string[] | null): string => {
    const rows = (more: string): string => `select k.tenant_id, k.kind, k.value, k.target_type, k.target, k.field
      from sagascope.search_key k where ${more}k.kind = '${kind}' and k.value >= ${from} and k.value < ${to}
      order by k.value limit ${limit}`;
    if (tenants === null) return rows('');
    return `select x.* from unnest(${params.add(tenants)}::text[]) t cross join lateral (${rows('k.tenant_id = t and ')}) x order by x.value limit ${limit}`;
  };
  const seen = visible(ctx, 'search.read', params, { tenant: 'k.tenant_id' });
  const sagaSeen = visible(ctx, 'search.read', params, { tenant: 's.tenant_id', sagaType: 's.saga_type' });
  const byType = reachOf(ctx.actor, 'search.read').some(({ sagaTypes }) => sagaTypes !== null);
  // Thousands of streams may name a customer: the customer's own comes first.
  const own = `(select ${HEAD}, ${NO_SAGA} from sagascope.search_key k where k.kind = 'stream' and k.value = ${from}
     and k.field = any('{${AGGREGATE_ID},${NUMBER}}') and ${seen} order by k.field limit ${READ})`;
  const others = KEPT_KINDS.filter((kind) => kind !== 'saga').map(
    (kind) => `(select ${HEAD}, ${NO_SAGA} from (${range(kind, READ, tenantsOf(ctx, false))}) k where ${seen})`,
  );
  // A key may be older than the saga's tenant: the saga says whose it is.
  const sagas = `(select ${HEAD}, s.saga_type as "sagaType", s.status, s.business_key as "businessKey", ${isoMs('s.updated_at')} as "updatedAt"
     from (${range('saga', byType ? LOOKED_AT : READ, tenantsOf(ctx, true))}) k
     join sagascope.saga s on s.saga_id = k.target::uuid and s.tenant_id = k.tenant_id
     where ${sagaSeen} order by k.value <> ${from}, s.updated_at desc, s.saga_id limit ${READ})`;
  const rows = await ctx.db.replica([sagas, own, ...others].join(' union all '), params.values);
  return z
    .array(Hit)
    .parse(rows)
    .filter(isCurrent)
    .sort((a, b) => rank(a, value) - rank(b, value));
}

const HEAD = 'k.kind, k.value, k.target_type as "targetType", k.target, k.field';
const NO_SAGA =
  'null::text as "sagaType", null::text as status, null::text as "businessKey", null::text as "updatedAt"';

/** The stream of an id, then the one whose id ends with the number, then those that name it. Sorting keeps the rest as it is. */
function rank({ kind, field, value: found }: Hit, value: string): number {
  if (kind !== 'stream' || found !== value) return 2;
  return field === AGGREGATE_ID ? 0 : field === NUMBER ? 1 : 2;
}

/** A business key that a definition has replaced since is none any more. */
function isCurrent({ kind, field, value, businessKey }: Hit): boolean {
  if (kind !== 'saga' || (field !== BUSINESS_KEY && field !== NUMBER)) return true;
  const key = searchValue(businessKey ?? '');
  return field === BUSINESS_KEY ? key === value : key.endsWith(value);
}

/** The tenants whose rows the actor may see, through grants for some saga types too or not; null: every one. */
function tenantsOf({ actor, tenant }: Ctx, byType: boolean): string[] | null {
  const reach = reachOf(actor, 'search.read').filter(({ sagaTypes }) => byType || sagaTypes === null);
  if (tenant !== null) return reach.length === 0 ? [] : [tenant];
  if (reach.some(({ tenants }) => tenants === null)) return null;
  return [...new Set(reach.flatMap(({ tenants }) => tenants ?? []))];
}
