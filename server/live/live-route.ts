import { permit } from '@/server/auth/permit';
import { requestContext } from '@/server/http/context';
import { guarded } from '@/server/http/route';
import { LiveHub } from './live-hub';

const hub = new LiveHub(() => process.env.DATABASE_URL ?? '');

/** GET /api/v1/live: Server-Sent Events `keys`, `reset`, `lag` and `offline`; see core/contract/live.ts. */
export function openLive(request: Request): Promise<Response> {
  return guarded(request, async (requestId) => {
    const { actor, tenant } = await requestContext(request.headers, requestId);
    permit({ actor }, 'live.read');
    return new Response(hub.open(request.signal, actor, tenant), {
      headers: {
        'Content-Type': 'text/event-stream; charset=utf-8',
        // no-transform: a stream that is compressed is also held back.
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
        'X-Reference': requestId,
      },
    });
  });
}
