import { counted } from '@/core/narrative/counted';
import type { Elsewhere } from '@/server/db/import-elsewhere';

/** Says that events of a file were there already, but not for the tenant that it was imported for. */
export function elsewhereWords({ events, tenant, tenants }: Elsewhere, wanted: string | null): string {
  const [belong, left] = events === 1 ? ['belongs', 'it was left as it is'] : ['belong', 'they were left as they are'];
  const others = tenants > 1 ? ` and ${counted(tenants - 1, 'other')}` : '';
  const holder = tenant === null ? 'no tenant' : `tenant ${tenant}`;
  const here = wanted === null ? 'this import names no tenant' : `not to tenant ${wanted}`;
  return `${counted(events, 'event')} of the file ${belong} to ${holder}${others} already, and ${here}: ${left}.`;
}
