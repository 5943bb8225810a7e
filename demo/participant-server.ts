import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { takeFault } from './faults';
import { answerCall } from './answer';
import { CallBody, type Participant, type Verb } from './participant';
import { verify } from './signature';

const VERBS = { '': 'run', retry: 'retry', compensate: 'compensate' } as const satisfies Record<string, Verb>;

/**
 * The HTTP server of one participant: POST /sagas/{id}/steps/{step}, …/retry and …/compensate, each with a fresh signature
 * and an Idempotency-Key; GET /health. Not listening yet.
 */
export function participantServer(
  pool: Pool,
  participant: Participant,
  secret: string,
  now: () => number,
): FastifyInstance {
  const app = Fastify({ bodyLimit: 4 * 1024 * 1024, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, _request, reply) => {
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    if (status >= 500) console.error(`${participant.name}: ${error instanceof Error ? error.message : String(error)}`);
    return problem(
      reply,
      status,
      status < 500 ? 'invalid' : 'internal',
      error instanceof Error ? error.message : String(error),
    );
  });
  app.get('/health', () => ({ service: participant.name, steps: Object.keys(participant.steps) }));
  for (const [suffix, verb] of Object.entries(VERBS)) {
    app.post<{ Params: { sagaId: string; stepName: string } }>(
      `/sagas/:sagaId/steps/:stepName${suffix && `/${suffix}`}`,
      (request, reply) => serve(request, reply, verb),
    );
  }
  return app;

  async function serve(
    request: FastifyRequest<{ Params: { sagaId: string; stepName: string } }>,
    reply: FastifyReply,
    verb: Verb,
  ): Promise<FastifyReply> {
    const text = typeof request.body === 'string' ? request.body : '';
    const key = headerOf(request, 'idempotency-key') ?? '';
    const signed = { method: request.method, path: request.url, key, body: text };
    const good = verify(secret, Math.floor(now() / 1000), signed, headerOf(request, 'sagascope-signature'));
    if (good !== true) return problem(reply, 401, 'unauthenticated', good);
    if (key === '' || key.length > 512)
      return problem(reply, 400, 'invalid', 'Idempotency-Key is required, 512 characters at most');
    const body = CallBody.safeParse(jsonOf(text));
    if (!body.success)
      return problem(
        reply,
        400,
        'invalid',
        body.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
      );
    const { sagaId, stepName } = request.params;
    if (body.data.sagaId.toLowerCase() !== sagaId.toLowerCase() || body.data.stepName !== stepName) {
      return problem(reply, 400, 'invalid', 'path and body name different steps');
    }
    const answer = await answerCall(pool, participant, verb, key, body.data);
    // The effect is committed and the answer lost on the way: the caller cannot know, and asks again with the same key.
    if (
      verb === 'run' &&
      answer.status === 200 &&
      stepName === 'create_shipment' &&
      (await takeFault(pool, sagaId, ['answer_lost']))
    ) {
      request.raw.socket.destroy();
      return reply.hijack();
    }
    return reply.code(answer.status).type('application/json').send(answer.body);
  }
}

const problem = (reply: FastifyReply, status: number, code: string, detail: string): FastifyReply =>
  reply.code(status).type('application/problem+json').send(JSON.stringify({ status, code, detail }));

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses undefined and says so.
    return undefined;
  }
}
