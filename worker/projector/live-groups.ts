import type { LiveGroup } from '@/core/contract/live';
import type { Projected, Stored } from './record';

/** Beyond this all sagas are meant: a message stays small, and a page reads again once. */
const NAMED_SAGAS = 100;

/**
 * Whom the live streams tell of these sagas: one group per tenant and saga type, each saga by name as long as there are
 * few. A saga whose tenant or type became another one is told to both.
 */
export function liveGroups(
  batches: readonly { sagaId: string; before: Stored | null }[],
  written: readonly (Projected | undefined)[],
): LiveGroup[] {
  const named = batches.length <= NAMED_SAGAS;
  const groups = new Map<string, { tenant: string; sagaType: string; keys: Set<string> }>();
  const tell = (tenant: string, sagaType: string, sagaId: string): void => {
    const place = JSON.stringify([tenant, sagaType]);
    const group = groups.get(place) ?? { tenant, sagaType, keys: new Set(['sagas']) };
    group.keys.add(named ? `saga:${sagaId}` : 'saga:*');
    groups.set(place, group);
  };
  batches.forEach(({ sagaId, before }, index) => {
    const after = written[index]?.record;
    if (before) tell(before.tenantId, before.sagaType, sagaId);
    if (after) tell(after.tenant_id, after.saga_type, sagaId);
  });
  return Array.from(groups.values(), (group) => ({ ...group, keys: [...group.keys] }));
}
