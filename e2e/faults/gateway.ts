import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What becomes of the compensate call for one step of one saga on its way. */
export interface Toll {
  /** `request`: never passed on. `answer`: passed on, the answer kept. `queue`: answered 202, passed on once `open`. */
  keeps: 'request' | 'answer' | 'queue';
  /** Called when it has come that far. */
  reached: () => void;
  /** Resolves when what is queued goes on. */
  open: Promise<void>;
}

/** Stands before a participant and can hold what goes through. Bytes and headers stay as they are: signatures hold. */
export class Gateway {
  private readonly tolls = new Map<string, Toll>();
  /** Until a call is passed on, ms. */
  delay: () => number = () => 0;

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {
    server.on('request', (request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(502).end(String(error));
      });
    });
  }

  static async open(target: string): Promise<Gateway> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gateway(server, target);
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Holds the next calls for a step of a saga; answers what calls it off. */
  hold(sagaId: string, stepName: string, toll: Toll): () => void {
    const path = `/sagas/${sagaId}/steps/${stepName}/compensate`;
    this.tolls.set(path, toll);
    return () => this.tolls.delete(path);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const toll = this.tolls.get(request.url ?? '');
    if (toll?.keeps === 'request') return toll.reached();
    if (toll?.keeps === 'queue') {
      response.writeHead(202).end();
      toll.reached();
      await toll.open;
      await this.pass(request, body);
      return;
    }
    const wait = this.delay();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const answer = await this.pass(request, body);
    // The caller of a kept answer is killed: nobody waits for it any more.
    if (toll?.keeps === 'answer') return toll.reached();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
  }

  private async pass(request: IncomingMessage, body: Buffer): Promise<{ status: number; text: string }> {
    const names = [
      'content-type',
      'idempotency-key',
      'sagascope-signature',
      'sagascope-attempt',
      'sagascope-intervention',
    ];
    const headers = names.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] satisfies [string, string]] : [];
    });
    const answer = await fetch(this.target + (request.url ?? ''), {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    return { status: answer.status, text: await answer.text() };
  }
}
