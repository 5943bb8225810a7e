import { NextResponse, type NextRequest } from 'next/server';
import { PROBLEM_STATUS } from '@/core/contract/wire';
import { whoAsks } from '@/server/auth/who';
import { config as settings } from '@/server/config';
import { problemOf } from '@/server/http/failure';
import { refuseForeignHost } from '@/server/http/origin';
import { newNonce, pagePolicy } from '@/server/http/security-headers';

/** Pages that are there for people who have not signed in. */
const OPEN = ['/sign-in', '/set-up', '/welcome'];

/** Pages carry the data that they show first: without a session there is nothing but the way to sign in. */
export async function proxy(request: NextRequest): Promise<Response> {
  try {
    refuseForeignHost(request);
    const { pathname, search } = request.nextUrl;
    const isOpen = OPEN.some((path) => pathname === path || pathname.startsWith(`${path}/`));
    if (isOpen || (await whoAsks(request.headers)) !== null) return page(request);
    const to = new URL('/sign-in', request.url);
    if (pathname !== '/') to.searchParams.set('next', pathname + search);
    return NextResponse.redirect(to);
  } catch (error) {
    const { code, detail } = problemOf(error);
    if (code === 'internal') throw error;
    const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
    // A page that was asked for while the database is away comes by itself when it is back.
    if (code === 'unavailable') headers.set('Refresh', '5');
    return new Response(`${detail}\n`, { status: PROBLEM_STATUS[code], headers });
  }
}

// Next reads the nonce for its scripts from the policy of the request.
function page(request: NextRequest): Response {
  const policy = pagePolicy(newNonce(), {
    isSecure: settings().url?.startsWith('https://') === true,
    isDevelopment: process.env.NODE_ENV === 'development',
  });
  const headers = new Headers(request.headers);
  headers.set('Content-Security-Policy', policy);
  return NextResponse.next({ request: { headers }, headers: { 'Content-Security-Policy': policy } });
}

// Scripts and styles are the same for everybody; routes check for themselves.
export const config = { matcher: ['/((?!_next/|api/|icon\\.svg).*)'] };
