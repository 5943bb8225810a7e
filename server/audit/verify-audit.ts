import type { AuditVerdict } from '@/core/contract/interventions';
import { permit } from '@/server/auth/permit';
import { verifyJournal } from '@/server/db/journal';
import type { Ctx } from '@/server/http/context';

/**
 * Walks the whole journal: does every entry follow from the one before, unchanged? Of all tenants, since a chain cannot be
 * proven in part; it tells how many there are and where it breaks, nothing of what an entry says.
 */
export async function verifyAudit(ctx: Ctx): Promise<AuditVerdict> {
  permit(ctx, 'audit.read');
  const { entries, fault } = await verifyJournal(ctx.db.primary);
  return { entries: entries.toString(), fault: fault && { seq: fault.seq.toString(), text: fault.text } };
}
