import { z } from 'zod';
import type { EventFacets } from '@/core/contract/events';
import { permit } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import { Params } from '@/server/db/params';
import type { Ctx } from '@/server/http/context';

/** The newest events whose words are offered: enough to know what a store is about, and the same cost at any size. */
const NEWEST = 10_000;
const MOST = 200;

const Names = z.array(z.string());
const Versions = z.array(z.int());

interface Row {
  names: string;
  types: string;
  services: string;
  versions: string;
  tenants: string;
  looked: number;
}

/** What filters may be set to, found among the newest events that the person may see. */
export async function getEventFacets(ctx: Ctx): Promise<EventFacets> {
  permit(ctx, 'events.read');
  const params = new Params();
  const seen = visible(ctx, 'events.read', params, { tenant: 'i.tenant_id' });
  const distinct = (column: string): string =>
    `(select coalesce(json_agg(v), '[]')::text from
       (select distinct ${column} as v from newest where ${column} is not null order by 1 limit ${MOST}) d)`;
  const [row] = await ctx.db.replica<Row>(
    `with newest as materialized (
       select i.event_name, i.aggregate_type, i.service, i.event_version,
              nullif(i.tenant_id, '') as tenant_id
         from sagascope.event_index i
        where ${seen} order by i.position desc limit ${NEWEST})
     select ${distinct('event_name')} as names, ${distinct('aggregate_type')} as types, ${distinct('service')} as services,
            ${distinct('event_version')} as versions, ${distinct('tenant_id')} as tenants,
            (select count(*) from newest)::int as looked`,
    params.values,
  );
  if (!row) throw new Error('an aggregate answers one row');
  const names = (text: string): string[] => Names.parse(JSON.parse(text));
  return {
    names: names(row.names),
    aggregateTypes: names(row.types),
    services: names(row.services),
    versions: Versions.parse(JSON.parse(row.versions)),
    tenants: names(row.tenants),
    lookedAt: row.looked,
  };
}
