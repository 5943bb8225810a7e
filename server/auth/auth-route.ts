import { z } from 'zod';
import { isPath } from '@/core/account/next-path';
import { config } from '@/server/config';
import { primary } from '@/server/db/prisma';
import { prismaQuery } from '@/server/db/query';
import { readBody } from '@/server/http/body';
import { refuseForeignOrigin } from '@/server/http/origin';
import { Problem } from '@/server/http/problem';
import { guarded } from '@/server/http/route';
import { auth, DISABLED, SESSION_COOKIE, SESSION_S } from './auth';
import { OIDC_PROVIDER } from './oidc-provider';
import { PLAIN_SIGN_IN } from './plain-sign-in';
import { countSignIn } from './sign-in-limit';
import { providerAuth, untilProviderAnswers } from './single-sign-on';

const MAX_BYTES = 8_192;
const Password = z.strictObject({ email: z.string().max(320), password: z.string().max(1_024) });
const Path = z.string().max(2_000).refine(isPath);
const SingleSignOn = z.strictObject({ callbackURL: Path, errorCallbackURL: Path });
const Nothing = z.strictObject({});

/** What of better-auth is served; whatever else it can do is not asked of it. */
const SERVED: Record<string, (request: Request) => Promise<Response>> = {
  'POST /sign-in/email': signIn,
  'POST /sign-in/social': beginSingleSignOn,
  [`GET /callback/${OIDC_PROVIDER}`]: async (request) => lasting(await (await providerAuth()).handler(request)),
  'POST /sign-out': signOut,
};

/** /api/auth/*: signing in and out, carried out by better-auth. Everything else of an account is under /api/v1. */
export function answerAuth(request: Request): Promise<Response> {
  return guarded(request, async () => {
    const path = new URL(request.url).pathname.replace(/^\/api\/auth/, '');
    const answer = SERVED[`${request.method} ${path}`];
    if (answer === undefined) throw new Problem('not_found', 'There is no such route.');
    if (request.method === 'POST') refuseForeignOrigin(request);
    return answer(request);
  });
}

async function signIn(request: Request): Promise<Response> {
  const body = await bodyOf(request, Password);
  const counted = await countSignIn(prismaQuery(primary()), body.email, request.headers);
  const path = isInternetAddress(body.email) ? request.url : new URL(`/api/auth${PLAIN_SIGN_IN}`, request.url).href;
  const response = await (await auth()).handler(withBody(request, body, path));
  refuseTooMany(response);
  if (response.ok) {
    const answer = cookiesOf(response);
    answer.headers.append('Set-Cookie', await counted.succeeded());
    return answer;
  }
  const { code } = await errorOf(response);
  if (code === DISABLED) {
    throw new Problem('forbidden', 'This account is disabled. An administrator of this console can enable it again.');
  }
  if (response.status >= 500) throw new Problem('internal', 'Signing in failed here. Try again.');
  throw new Problem('unauthenticated', 'The e-mail address or the password is wrong.');
}

async function beginSingleSignOn(request: Request): Promise<Response> {
  const body = await bodyOf(request, SingleSignOn);
  const { oidc } = config();
  const signer = await providerAuth();
  await untilProviderAnswers();
  const response = await signer.handler(withBody(request, { ...body, provider: OIDC_PROVIDER }));
  refuseTooMany(response);
  if (response.ok) {
    const { url } = z.object({ url: z.string() }).parse(await response.json());
    return cookiesOf(response, { url });
  }
  throw new Problem('unavailable', `${oidc?.name} does not answer now. Use your password, or try again later.`);
}

async function signOut(request: Request): Promise<Response> {
  await bodyOf(request, Nothing);
  return cookiesOf(await (await auth()).handler(withBody(request, {})));
}

async function bodyOf<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readBody(request, 'json', MAX_BYTES));
  if (parsed.success) return parsed.data;
  throw new Problem('invalid', 'This is not what the route takes.', { cause: parsed.error });
}

const isInternetAddress = (email: string): boolean => z.email().safeParse(email).success;

function withBody(request: Request, body: object, url = request.url): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  // A program sends none; that it is no foreign page has been seen before.
  if (!headers.has('origin')) {
    headers.set('origin', config().url ?? `http://${headers.get('host') ?? new URL(request.url).host}`);
  }
  return new Request(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

function refuseTooMany(response: Response): void {
  if (response.status !== 429) return;
  const wait = Number(response.headers.get('x-retry-after') ?? 60);
  throw new Problem('rate_limited', `Too many tries. Wait ${wait} s, then try again.`, { retryAfterS: wait });
}

async function errorOf(response: Response): Promise<{ code?: string | undefined }> {
  const parsed = z.object({ code: z.string().optional() }).safeParse(await response.json());
  return parsed.success ? parsed.data : {};
}

// The token of a session goes out in its HttpOnly cookie alone, never in a body that a script could read.
function cookiesOf(response: Response, body: object = {}): Response {
  const headers = new Headers({ 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  for (const cookie of response.headers.getSetCookie()) headers.append('Set-Cookie', cookie);
  return lasting(new Response(JSON.stringify(body), { status: response.status, headers }));
}

/** How long a browser keeps the cookie of a session. */
const COOKIE_S = 30 * 86_400;

// A session that is used goes on, and its cookie is given once: it is the database that ends a session.
function lasting(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.delete('Set-Cookie');
  for (const cookie of response.headers.getSetCookie()) {
    const isSession = cookie.split('=')[0]?.endsWith(SESSION_COOKIE) === true;
    headers.append(
      'Set-Cookie',
      isSession ? cookie.replace(`; Max-Age=${SESSION_S};`, `; Max-Age=${COOKIE_S};`) : cookie,
    );
  }
  return new Response(response.body, { status: response.status, headers });
}
