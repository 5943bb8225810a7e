import { config, isLoopback } from '@/server/config';
import { Problem } from './problem';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Only names of this console are answered: its own public one, those of this machine, and, where it listens to the
 * network without a public one, any. A foreign page whose name is made to resolve here has another.
 */
export function refuseForeignHost(request: Request): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const { url, host: listens } = config();
  if (LOOPBACK.test(host) || (url !== undefined && new URL(url).host === host)) return;
  if (url === undefined && !isLoopback(listens)) return;
  throw new Problem('forbidden', `The console does not answer at this name. Use ${url ?? 'localhost or 127.0.0.1'}.`);
}

/**
 * A write must come from our own pages, or from a program that is not a browser. Every browser of today says where a
 * write comes from, in one header or the other; `null` is somewhere else.
 */
export function refuseForeignOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const foreignSite = site !== null && site !== 'same-origin' && site !== 'none';
  if (foreignSite || (origin !== null && !isOwn(origin, request.headers.get('host')))) {
    throw new Problem('forbidden', 'Another site may not write here. Use the console itself, or a program.');
  }
}

// A proxy may pass the request on under a name of its own; and http pages under an https console's name are not its own.
function isOwn(origin: string, host: string | null): boolean {
  const { url } = config();
  if (origin === url) return true;
  if (host === null || !URL.canParse(origin) || new URL(origin).host !== host) return false;
  return url === undefined || LOOPBACK.test(host);
}
