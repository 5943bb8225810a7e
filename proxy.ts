import { NextResponse, type NextRequest } from 'next/server';
import { refuseForeignHost } from '@/server/http/origin';
import { Problem } from '@/server/http/problem';

/** Pages carry the data that they show first, so they are kept from foreign names as the API is. */
export function proxy(request: NextRequest): Response {
  try {
    refuseForeignHost(request);
    return NextResponse.next();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return new Response(`${error.detail}\n`, { status: 403, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
  }
}

// Scripts and styles are the same for everybody; routes check for themselves.
export const config = { matcher: ['/((?!_next/|api/).*)'] };
