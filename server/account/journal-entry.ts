import { type AccessEvent, accessEventText } from '@/core/people/access-event';
import { databaseNow } from '@/server/db/clock';
import type { Hand } from '@/server/db/interventions';
import { appendJournal } from '@/server/db/journal';
import { notifyLive } from '@/server/db/notify';
import type { Query } from '@/server/db/query';

/** Appends what somebody did to their own account, in the caller's transaction; call it last. */
export async function journalPerson(query: Query, hand: Hand, event: AccessEvent): Promise<void> {
  await notifyLive(query, ['people', 'audit']);
  const at = await databaseNow(query);
  const of = { type: event.type, tenantId: '', sagaId: null, interventionId: null };
  await appendJournal(query, [{ ...of, at, ...hand, body: accessEventText(event) }]);
}
