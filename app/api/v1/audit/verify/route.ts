import { verifyAudit } from '@/server/audit/verify-audit';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, verifyAudit);
