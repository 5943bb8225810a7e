import { refuseForeignOrigin } from '@/server/http/origin';
import { Problem } from '@/server/http/problem';
import { guarded } from '@/server/http/route';
import { auth, OIDC_PROVIDER } from './auth';

/** What of better-auth is served; whatever else it can do is not asked of it. */
const SERVED: Record<string, readonly string[]> = {
  GET: ['/callback/' + OIDC_PROVIDER, '/list-sessions'],
  POST: [
    '/sign-in/email',
    '/sign-in/social',
    '/sign-out',
    '/change-password',
    '/revoke-session',
    '/revoke-sessions',
    '/revoke-other-sessions',
  ],
};

/** /api/auth/*: sign-in, sign-out and one's own sessions, answered by better-auth. */
export function answerAuth(request: Request): Promise<Response> {
  return guarded(request, async () => {
    const path = new URL(request.url).pathname.replace(/^\/api\/auth/, '');
    if (SERVED[request.method]?.includes(path) !== true) throw new Problem('not_found', 'There is no such route.');
    if (request.method === 'POST') refuseForeignPost(request);
    return (await auth()).handler(request);
  });
}

// A form of another site can post, but not as JSON.
function refuseForeignPost(request: Request): void {
  refuseForeignOrigin(request);
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw new Problem('invalid', 'Send the body with Content-Type application/json.');
  }
}
