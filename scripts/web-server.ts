import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { addressOfClient, CLIENT_ADDRESS_HEADER, trustedProxies } from '@/server/http/client-address';
import { answerHeaders } from '@/server/http/security-headers';

export interface WebServerSettings {
  /** SAGASCOPE_URL */
  url: string | undefined;
  /** Networks whose word on the client is taken. */
  trustedProxies: readonly string[];
}

/** How much a client may say, and how long until it has said what it asks for. The rest of a request: {@link Patience}. */
const BOUNDS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 0,
  connectionsCheckingInterval: 5_000,
};

/** How long a client is waited for, in milliseconds. */
export interface Patience {
  /** A request, until it has arrived whole; a file that is uploaded may take any time, as long as it moves. */
  whole: number;
  /** A connection on which nothing moves; live streams say something every two seconds. */
  silence: number;
}
const PATIENCE: Patience = { whole: 600_000, silence: 120_000 };

/** Where files are uploaded: as large as they are, over lines as slow as they are. */
const UPLOAD = '/api/v1/imports';

/** What proxies say of a request; of anybody else it is not believed. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port'];

/**
 * The HTTP server of the console, not listening yet: each request carries the address of its client, each answer the
 * security headers, and no client is waited for without bound. `handler` is asked for at each request.
 */
export function webServer(
  settings: WebServerSettings,
  handler: () => RequestListener,
  { whole, silence }: Patience = PATIENCE,
): Server {
  const isProxy = trustedProxies(settings.trustedProxies);
  const headers = Object.entries(answerHeaders(settings.url));
  const server = createServer(BOUNDS, (request, response) => {
    if (!isUpload(request)) endLate(request, whole);
    nameClient(request, isProxy);
    addHeaders(request, response, headers);
    const refusal = whyNot(request);
    if (refusal === null) handler()(request, response);
    else response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${refusal.text}\n`);
  });
  server.setTimeout(silence);
  return server;
}

const isUpload = ({ method, url = '' }: IncomingMessage): boolean => method === 'POST' && url.split('?')[0] === UPLOAD;

/** Ends the connection of a request that has not arrived whole in time. Node has one bound for all, uploads included. */
function endLate(request: IncomingMessage, ms: number): void {
  const late = setTimeout(() => {
    // What has arrived and is being answered may take any time.
    if (!request.complete) request.socket.destroy();
  }, ms).unref();
  request.once('close', () => clearTimeout(late));
}

// What Next answers as a failure of its own.
function whyNot({ method, url = '' }: IncomingMessage): { status: number; text: string } | null {
  if (method === 'TRACE') return { status: 405, text: 'The console does not answer TRACE.' };
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return null;
  } catch (error) {
    if (error instanceof URIError)
      return { status: 400, text: 'The address is not UTF-8 text behind its percent signs.' };
    throw error;
  }
}

function nameClient(request: IncomingMessage, isProxy: (address: string) => boolean): void {
  const peer = request.socket.remoteAddress;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  request.headers[CLIENT_ADDRESS_HEADER] = addressOfClient(peer, forwarded, isProxy);
  if (isProxy(addressOfClient(peer, undefined, () => false))) return;
  for (const name of FORWARDED) delete request.headers[name];
}

// At the last moment: what the answer says itself stands.
function addHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  headers: readonly (readonly [string, string])[],
): void {
  const write = response.writeHead;
  response.writeHead = function writeHead(this: ServerResponse, ...args: Parameters<typeof write>) {
    for (const [name, value] of headers) if (!response.hasHeader(name)) response.setHeader(name, value);
    // The rest of a body that nobody reads stands in the way of the next request.
    if (hasBody(request) && !request.complete) response.setHeader('Connection', 'close');
    return write.apply(response, args);
  } as typeof write;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
