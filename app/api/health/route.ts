import { getHealth } from '@/server/health/get-health';
import { NoInput } from '@/server/http/no-input';
import { route } from '@/server/http/route';

export const GET = route(NoInput, getHealth, {
  open: true,
  status: ({ status }) => (status === 'unhealthy' ? 503 : 200),
});
