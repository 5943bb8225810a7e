import { permit, permits } from '@/server/auth/permit';
import { whoAsks } from '@/server/auth/who';
import { requestContext } from '@/server/http/context';
import { isDatabaseGone } from '@/server/http/failure';
import { Problem } from '@/server/http/problem';
import { guarded } from '@/server/http/route';
import { LiveHub } from './live-hub';

/** A stream outlives the moment it was asked for: this often it is asked again whose it is. */
const RECHECK_MS = 30_000;

const hub = new LiveHub(() => process.env.DATABASE_URL ?? '');

/** GET /api/v1/live: Server-Sent Events `keys`, `reset`, `lag` and `offline`; see core/contract/live.ts. */
export function openLive(request: Request): Promise<Response> {
  return guarded(request, async (requestId) => {
    const { actor } = await requestContext(request.headers, requestId);
    permit({ actor }, 'live.read');
    const signal = AbortSignal.any([request.signal, untilSignedOut(request)]);
    return new Response(hub.open(signal, `${actor.kind} ${actor.id}`), {
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

/** Aborts within half a minute of the end of the session, or of the token. */
function untilSignedOut({ headers, signal }: Request): AbortSignal {
  const ended = new AbortController();
  const stop = () => clearInterval(timer);
  const look = async () => {
    if (await mayStay(headers)) return;
    stop();
    ended.abort();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => console.error('live: whose stream this is could not be asked', error));
  }, RECHECK_MS);
  timer.unref();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return ended.signal;
}

async function mayStay(headers: Headers): Promise<boolean> {
  try {
    const actor = await whoAsks(headers);
    return actor !== null && permits(actor, 'live.read');
  } catch (error) {
    // A database that is away says so in the stream itself.
    if (isDatabaseGone(error)) return true;
    if (error instanceof Problem) return false;
    throw error;
  }
}
