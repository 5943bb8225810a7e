import { getDiagnostics } from '@/server/health/get-diagnostics';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, getDiagnostics);
