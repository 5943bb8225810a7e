import { isBuilt } from '@/scripts/build';
import type { Lifetime } from '@/scripts/lifetime';
import { migrate } from '@/scripts/migrate';
import { temporaryCluster } from '@/scripts/postgres/temporary';
import { GET as list } from '@/app/api/v1/sagas/route';
import { GET as stream } from '@/app/api/v1/streams/[aggregateType]/[aggregateId]/route';
import { POST as act } from '@/app/api/v1/sagas/[sagaId]/interventions/route';
import { machineToken, openConsole } from './console';

/** A migrated database in a PostgreSQL of its own, with its durability as it comes. */
export async function newDatabase(life: Lifetime): Promise<string> {
  const database = await temporaryCluster({ shared_buffers: '256MB' });
  life.onEnd(() => database.drop());
  await migrate(database.databaseUrl);
  return database.databaseUrl;
}

/** The HTTP API, as far as it is measured here. */
export interface Api {
  /** Where it runs, for the note below a table. */
  where: string;
  listSagas(search: string): Promise<unknown>;
  intervene(sagaId: string, body: object, search?: string): Promise<unknown>;
  getStream(aggregateType: string, aggregateId: string): Promise<unknown>;
}

/**
 * A console in a process of its own where its pages are built; else its routes in this process, as Next calls them.
 * @param role `web` where the benchmark runs a worker itself: without any, the console never says that it is ready
 */
export async function openApi(life: Lifetime, databaseUrl: string, role: 'web' | 'all' = 'web'): Promise<Api> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${await machineToken(databaseUrl, ['read', 'intervene'])}`,
  };
  return (await isBuilt()) ? consoleApi(life, databaseUrl, headers, role) : routesApi(headers);
}

async function consoleApi(
  life: Lifetime,
  databaseUrl: string,
  headers: Record<string, string>,
  role: string,
): Promise<Api> {
  const address = await openConsole(life, databaseUrl, { SAGASCOPE_ROLE: role });
  const ask = async (path: string, body?: object): Promise<unknown> =>
    answerOf(
      await fetch(
        `${address}/api/v1/${path}`,
        body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
      ),
    );
  return {
    where: 'a console process over HTTP',
    listSagas: (search) => ask(`sagas${search}`),
    intervene: (sagaId, body, search = '') => ask(`sagas/${sagaId}/interventions${search}`, body),
    getStream: (aggregateType, aggregateId) => ask(`streams/${aggregateType}/${aggregateId}`),
  };
}

function routesApi(headers: Record<string, string>): Api {
  const origin = 'http://127.0.0.1:3000/api/v1/';
  return {
    where: 'the console’s routes without Next and HTTP (its pages are not built)',
    listSagas: async (search) =>
      answerOf(await list(new Request(`${origin}sagas${search}`, { headers }), { params: Promise.resolve({}) })),
    intervene: async (sagaId, body, search = '') => {
      const request = new Request(`${origin}sagas/${sagaId}/interventions${search}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return answerOf(await act(request, { params: Promise.resolve({ sagaId }) }));
    },
    getStream: async (aggregateType, aggregateId) => {
      const request = new Request(`${origin}streams/${aggregateType}/${aggregateId}`, { headers });
      return answerOf(await stream(request, { params: Promise.resolve({ aggregateType, aggregateId }) }));
    },
  };
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}
