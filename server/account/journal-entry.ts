import { databaseNow } from '@/server/db/clock';
import { appendJournal } from '@/server/db/journal';
import type { Query } from '@/server/db/query';

/** Who did it, as the journal names them. */
export interface Doer {
  actor: string;
  role: string;
  origin: string;
}

/** Appends what somebody did to people or sessions, in the caller's transaction; call it last. `body` never holds a secret. */
export async function journalPerson(query: Query, type: string, doer: Doer, body: object): Promise<void> {
  const at = await databaseNow(query);
  const entry = { type, at, tenantId: '', sagaId: null, interventionId: null, body: JSON.stringify(body), ...doer };
  await appendJournal(query, [entry]);
}
