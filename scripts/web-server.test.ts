import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Agent, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_ADDRESS_HEADER } from '@/server/http/client-address';
import { type Patience, webServer, type WebServerSettings } from './web-server';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server?.listening) await new Promise((resolve) => server?.close(resolve));
});

const tell: RequestListener = (asked, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(asked.headers));
};

async function serve(settings: Partial<WebServerSettings> = {}, handler = tell, patience?: Patience): Promise<number> {
  server = webServer({ url: undefined, trustedProxies: [], ...settings }, () => handler, patience);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function ask(port: number, headers: Record<string, string | string[]> = {}) {
  const asking = request({ port, host: '127.0.0.1', headers });
  asking.end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

/** Sends bytes as they are, and answers all that comes back until the server ends the connection. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

describe('the web server', () => {
  it('says who the client is by the connection, whatever the client says', async () => {
    const port = await serve();
    const lies = {
      [CLIENT_ADDRESS_HEADER]: ['203.0.113.1', '203.0.113.2'],
      'X-Sagascope-Client': '203.0.113.3',
      'x-forwarded-for': '203.0.113.4',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'for=203.0.113.5',
    };
    const seen: Record<string, string> = JSON.parse((await ask(port, lies)).body);
    expect(seen[CLIENT_ADDRESS_HEADER]).toBe('127.0.0.1');
    expect(JSON.stringify(seen)).not.toMatch(/203\.0\.113|evil/);
  });

  it('believes a proxy that it was told of, up to the first address that is none', async () => {
    const port = await serve({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    const seen = async (forwarded: string): Promise<string> => {
      const { body } = await ask(port, { 'x-forwarded-for': forwarded, [CLIENT_ADDRESS_HEADER]: '198.51.100.1' });
      const headers: Record<string, string> = JSON.parse(body);
      return headers[CLIENT_ADDRESS_HEADER] ?? '';
    };
    expect(await seen('203.0.113.9')).toBe('203.0.113.9');
    expect(await seen('1.2.3.4, 203.0.113.9, 10.0.0.7')).toBe('203.0.113.9');
    expect(await seen('no address')).toBe('127.0.0.1');
  });

  it('protects every answer, and leaves alone what an answer says itself', async () => {
    const port = await serve({}, (_, response) => {
      response.writeHead(200, { 'Cross-Origin-Resource-Policy': 'cross-origin' });
      response.end();
    });
    const { headers } = await ask(port);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(headers['permissions-policy']).toContain('camera=()');
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('asks browsers to stay with https where the console has an https address', async () => {
    const port = await serve({ url: 'https://sagas.example' });
    expect((await ask(port)).headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
  });

  it('refuses an address or headers beyond 16 kB', async () => {
    const port = await serve();
    expect(await raw(port, `GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    const many = Array.from({ length: 300 }, (_, n) => `X-${n}: ${'b'.repeat(60)}\r\n`).join('');
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: x\r\n${many}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('refuses a request with two meanings', async () => {
    const port = await serve();
    const both = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await raw(port, both)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('refuses what Next would call a failure of its own', async () => {
    const port = await serve();
    const answer = (line: string) => raw(port, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await answer('TRACE /')).toMatch(/^HTTP\/1\.1 405 /);
    expect(await answer('GET /api/v1/events/%ff')).toMatch(/^HTTP\/1\.1 400 [^]*X-Content-Type-Options: nosniff/);
    expect(await answer('GET /flows/100%25?q=%ff')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('waits for no client without bound', async () => {
    await serve();
    expect(server).toMatchObject({ headersTimeout: 10_000, timeout: 120_000 });
  });

  it('waits for an upload as long as it moves, and for any other body until its time is over', async () => {
    const port = await serve({}, async (asked, response) => response.end(await text(asked).catch(String)), {
      whole: 50,
      silence: 30_000,
    });
    const begin = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc`;
    const upload = connect(port, '127.0.0.1');
    const answer = text(upload);
    upload.write(begin('/api/v1/imports?id=1'));
    // It began later and is over already: so would the upload be.
    expect(await raw(port, begin('/api/v1/views'))).toBe('');
    expect(await raw(port, begin('/api/v1/imports/1/cancel'))).toBe('');
    upload.write('def');
    expect(await answer).toMatch(/\r\nabcdef$/);
  });

  it('ends a connection whose body it has not read to its end, and says so', async () => {
    const port = await serve({}, (_, response) => {
      response.writeHead(400);
      response.end('no');
    });
    const begin = 'POST /api/v1/imports HTTP/1.1\r\nHost: x\r\n';
    for (const part of ['Content-Length: 100\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n']) {
      expect(await raw(port, begin + part)).toMatch(/^HTTP\/1\.1 400 [^]*\r\nConnection: close\r\n/);
    }
  });

  it('keeps a connection whose body it has read', async () => {
    const port = await serve({}, async (asked, response) => response.end(await text(asked)));
    const asking = request({ port, host: '127.0.0.1', method: 'POST', agent: new Agent({ keepAlive: true }) });
    asking.end('abc');
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    expect([await text(answer), answer.headers.connection]).toEqual(['abc', 'keep-alive']);
  });

  it('ends an upload that does not move', async () => {
    const port = await serve({}, (asked) => asked.resume(), { whole: 30_000, silence: 50 });
    expect(await raw(port, 'POST /api/v1/imports HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc')).toBe('');
  });

  it('lets an answer take any time once the request is there', async () => {
    const port = await serve(
      {},
      async (asked, response) => {
        if (asked.url === '/slow') await ended;
        response.end('at last');
      },
      { whole: 20, silence: 30_000 },
    );
    const slow = raw(port, 'GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const ended = raw(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc').then(() =>
      raw(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc'),
    );
    expect(await slow).toMatch(/at last$/);
  });
});
