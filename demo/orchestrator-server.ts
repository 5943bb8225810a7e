import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { z } from 'zod';
import { WAREHOUSES } from './catalog';
import { isFault } from './faults';
import type { Network, ServiceName } from './network';
import type { Orchestrator } from './orchestrator';
import { resumeSaga } from './resume';
import { verify } from './signature';

const SagaId = z.object({ sagaId: z.uuid() });
const Down = z.strictObject({
  service: z.enum(['order', 'inventory', 'payment', 'shipping']),
  seconds: z.number().min(0.1).max(3_600),
});
const Place = z.strictObject({ fault: z.string().refine(isFault, 'no such fault').nullish() });
const Lock = z.strictObject({ warehouse: z.enum(WAREHOUSES), seconds: z.number().positive().max(86_400) });

export interface OrchestratorServerOptions {
  pool: Pool;
  secret: string;
  orchestrator: Orchestrator;
  network: Network<ServiceName>;
  /** Places one order; answers its ids. */
  place: (fault: string | null) => Promise<{ sagaId: string; orderId: string }>;
}

/**
 * The orchestrator's HTTP server: POST /sagas/{id}/resume (a signature is checked where there is one), GET /health, and for
 * demonstrations POST /admin/orders {fault?}, POST /admin/down {service, seconds}, POST /admin/locks {warehouse, seconds}, DELETE /admin/locks.
 */
export function orchestratorServer({
  pool,
  secret,
  orchestrator,
  network,
  place,
}: OrchestratorServerOptions): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    const detail = error instanceof Error ? error.message : String(error);
    return answer(reply, error instanceof z.ZodError || error instanceof SyntaxError ? 400 : 500, { detail });
  });
  // A page in a browser must not steer the shop: only JSON, which it cannot send across origins unasked.
  app.addHook('preHandler', (request, reply, done) => {
    const json = (request.headers['content-type'] ?? '').startsWith('application/json');
    if (request.method === 'POST' && request.url.startsWith('/admin/') && !json) {
      void answer(reply, 415, { detail: 'send application/json' });
      return;
    }
    done();
  });

  app.get('/health', () => ({ service: 'orchestrator', saga: 'order_fulfilment' }));
  app.post('/sagas/:sagaId/resume', async (request, reply) => {
    const { sagaId } = SagaId.parse(request.params);
    const header = request.headers['sagascope-signature'];
    if (header !== undefined) {
      const key = String(request.headers['idempotency-key'] ?? '');
      const body = typeof request.body === 'string' ? request.body : '';
      const good = verify(
        secret,
        Math.floor(Date.now() / 1000),
        { method: 'POST', path: request.url, key, body },
        String(header),
      );
      if (good !== true) return answer(reply, 401, { detail: good });
    }
    const resumed = await resumeSaga(pool, sagaId);
    if (resumed.status === 202) void orchestrator.start(sagaId);
    return answer(reply, resumed.status, { sagaId, detail: resumed.detail });
  });
  app.post('/admin/orders', async (request, reply) => {
    const { fault } = Place.parse(JSON.parse(String(request.body ?? '{}')));
    return answer(reply, 201, await place(fault ?? null));
  });
  app.post('/admin/down', async (request, reply) => {
    const { service, seconds } = Down.parse(JSON.parse(String(request.body)));
    await network.down(service, seconds);
    return answer(reply, 200, { service, seconds, detail: `${service} does not listen for ${seconds} s` });
  });
  app.post('/admin/locks', async (request, reply) => {
    const { warehouse, seconds } = Lock.parse(JSON.parse(String(request.body)));
    await pool.query(
      `INSERT INTO shop.stock_lock (warehouse, stock_count, until) VALUES ($1, 'WB-77', now() + make_interval(secs => $2))`,
      [warehouse, seconds],
    );
    return answer(reply, 201, { warehouse, seconds });
  });
  app.delete('/admin/locks', async (_request, reply) => {
    const { rowCount } = await pool.query('DELETE FROM shop.stock_lock');
    return answer(reply, 200, { ended: rowCount ?? 0 });
  });
  return app;
}

const answer = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply.code(status).type('application/json').send(JSON.stringify(body));
