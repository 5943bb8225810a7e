import { type DeclaredEvent, declaredEventText } from '@/core/definition/declared-event';
import { databaseNow } from '@/server/db/clock';
import type { Hand } from '@/server/db/interventions';
import { appendJournal } from '@/server/db/journal';
import type { Query } from '@/server/db/query';

/** Appends what somebody declared, in the caller's transaction; call it last. It holds for all tenants. */
export async function journalDeclared(query: Query, hand: Hand, event: DeclaredEvent): Promise<void> {
  const at = await databaseNow(query);
  const entry = { type: event.type, at, tenantId: '', sagaId: null, interventionId: null, ...hand };
  await appendJournal(query, [{ ...entry, body: declaredEventText(event) }]);
}
