import { AuditInput } from '@/core/contract/interventions';
import { listAudit } from '@/server/audit/list-audit';
import { route } from '@/server/http/route';

export const GET = route(AuditInput, listAudit);
