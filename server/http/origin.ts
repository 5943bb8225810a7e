import { Problem } from './problem';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Until people sign in, only names of this machine are answered: a foreign page whose name is made to resolve to
 * 127.0.0.1 sends its own Host and would otherwise read everything.
 */
export function refuseForeignHost(request: Request): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  if (LOOPBACK.test(host)) return;
  throw new Problem('forbidden', 'Until people sign in, the console answers only at localhost and 127.0.0.1.');
}

/** A write must come from our own pages, or from a program that is not a browser. */
export function refuseForeignOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const foreignSite = site !== null && site !== 'same-origin' && site !== 'none';
  const foreignOrigin = origin !== null && !sameHost(origin, request.headers.get('host'));
  if (foreignSite || foreignOrigin) {
    throw new Problem('forbidden', 'Another site may not write here. Use the console itself, or a program.');
  }
}

function sameHost(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
