import { z } from 'zod';
import type { AuditInput, AuditList } from '@/core/contract/interventions';
import type { DeclaredEvent } from '@/core/definition/declared-event';
import { IMPORT_EVENTS } from '@/core/journal/import-event';
import { VIEW_EVENTS } from '@/core/journal/view-event';
import { permit, permitsForAll } from '@/server/auth/permit';
import { visible } from '@/server/auth/visible';
import type { Params } from '@/server/db/params';
import { readJournal } from '@/server/db/journal';
import type { Ctx } from '@/server/http/context';
import { pageCursors, readCursor, refused } from '@/server/http/cursor';
import { activityWire } from '@/server/interventions/intervention-wire';

const SORT = 'audit';
const Key = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/**
 * A page of the journal, newest first: of the entries that the actor may see.
 * @throws Problem `invalid` for a cursor of another list
 */
export async function listAudit(ctx: Ctx, input: AuditInput): Promise<AuditList> {
  permit(ctx, 'audit.read');
  const cursor = input.cursor === undefined ? undefined : readCursor(input.cursor, SORT);
  const newer = cursor?.direction === 'previous';
  const found = await readJournal(ctx.db.primary, {
    ...(input.sagaId === undefined ? {} : { sagaId: input.sagaId }),
    ...(input.interventionId === undefined ? {} : { interventionId: input.interventionId }),
    ...(cursor ? { from: { seq: seqOf(cursor.key), newer } } : {}),
    limit: input.limit + 1,
    seen: (params) => seenEntries(ctx, params),
  });
  const shown = found.slice(0, input.limit);
  if (newer) shown.reverse();
  const keys = shown.map(({ seq }) => [seq.toString()]);
  return {
    items: shown.map((entry) => {
      const { sagaId, tenantId, role, origin, body, prevHash, hash } = entry;
      return { ...activityWire(entry), sagaId, tenantId, role, origin, body, prevHash, hash };
    }),
    ...pageCursors(SORT, cursor, keys, found.length > input.limit),
  };
}

/**
 * Entries of a saga go by its tenant and type, those of an import by its tenant. The others are no tenant's: what was
 * declared or shared with everybody is for who reads all tenants, whatever else there is (people, tokens) for who
 * administers all of them.
 */
function seenEntries(ctx: Ctx, params: Params): string {
  const ofSagas = visible(ctx, 'audit.read', params, { tenant: 'j.tenant_id', sagaType: SAGA_TYPE });
  const readsAll = ctx.tenant === null && permitsForAll(ctx.actor, 'audit.read');
  const administers = ctx.tenant === null && permitsForAll(ctx.actor, 'people.read');
  const others = administers ? 'true' : readsAll ? `j.type in (${sqlOf([...DECLARED, ...VIEW_EVENTS])})` : 'false';
  const ofImports = `j.type in (${sqlOf(IMPORT_EVENTS)}) and ${visible(ctx, 'audit.read', params, { tenant: 'j.tenant_id' })}`;
  return `((j.saga_id is not null and ${ofSagas}) or (j.saga_id is null and (${others} or (${ofImports}))))`;
}

const DECLARED = ['DefinitionDeclared', 'ServiceDeclared'] as const satisfies readonly DeclaredEvent['type'][];
const sqlOf = (types: readonly string[]): string => types.map((type) => `'${type}'`).join(', ');
const SAGA_TYPE = '(select i.saga_type from sagascope.intervention i where i.id = j.intervention_id)';

function seqOf(key: readonly string[]): bigint {
  const parsed = Key.safeParse(key);
  if (!parsed.success) throw refused('this cursor does not fit the list');
  return BigInt(parsed.data[0]);
}
