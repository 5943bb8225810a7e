import { z } from 'zod';
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi';
import { SagaDefinition } from '@/core/definition/definition';
import { Problem as ProblemWire, PROBLEM_STATUS, type ProblemCode } from '@/core/contract/wire';
import { SESSION_COOKIE } from '@/server/auth/auth';
import type { Operation } from './operation';
import { OPERATIONS } from './operations';

/** The OpenAPI 3.1 document, made from the schemas that the routes parse and answer with. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Sagascope',
      version: '0.1.0',
      description:
        '64-bit numbers are strings, times ISO 8601 UTC with milliseconds; payload, context and error travel as JSON text in a string.',
    },
    servers: [{ url: '/' }],
    components: { securitySchemes: SECURITY_SCHEMES },
    paths,
  });
}

const SECURITY_SCHEMES = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description:
      'Of a person, by POST /api/auth/sign-in/email or single sign-on; behind https its name begins with __Secure-. ' +
      'A write by it comes from the console’s own origin.',
  },
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'Of a machine, with scopes read, ingest, intervene, metrics; made in the settings. METRICS_TOKEN for /api/metrics.',
  },
} as const;

type Security = NonNullable<ZodOpenApiOperationObject['security']>;
const BOTH: Security = [{ session: [] }, { token: [] }];

/** What is answered without a session or token: the bare health, and what one-time links open. */
const OPEN = /^\/api\/(health|v1\/(set-up|welcome))$/;
/** What no token does, whatever its scopes: a person signs in for it. */
const FOR_PEOPLE = /^\/api\/v1\/(account|people|roles|tokens|views|session\/tenant)(\/|$)/;
const DECLARED_BY_PEOPLE = /^\/api\/v1\/(definitions|services)\//;

function securityOf({ path, method }: Operation): Security {
  if (OPEN.test(path)) return [{}, ...BOTH];
  return FOR_PEOPLE.test(path) || (method === 'put' && DECLARED_BY_PEOPLE.test(path)) ? [{ session: [] }] : BOTH;
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { path, query, header, body } = partsOf(operation);
  const health = operation.path === '/api/health' && 'schema' in operation.answer ? operation.answer.schema : null;
  return {
    summary: operation.summary,
    security: securityOf(operation),
    requestParams: {
      ...(Object.keys(path.shape).length > 0 ? { path } : {}),
      ...(Object.keys(query.shape).length > 0 ? { query } : {}),
      ...(Object.keys(header.shape).length > 0 ? { header } : {}),
    },
    ...(body ? { requestBody: body } : {}),
    responses: {
      ...answers(operation),
      ...(health ? { '503': json('Unhealthy', health) } : {}),
      ...problemsOf(operation.problems),
    },
  };
}

const json = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema } } });

function answers({ answer, body, path }: Operation): ZodOpenApiOperationObject['responses'] {
  if (!('schema' in answer)) {
    return { '200': { description: answer.description, content: { [answer.type]: { schema: z.string() } } } };
  }
  if (path.endsWith('/interventions') && body === 'fields') {
    return {
      '200': json('The same request again, or the plan', answer.schema),
      '201': json('Requested', answer.schema),
    };
  }
  if (typeof body === 'object') {
    return { '200': json('Nothing new: it was there', answer.schema), '201': json('Written', answer.schema) };
  }
  if (body !== 'definition') return { '200': json('The answer', answer.schema) };
  return {
    '200': json('The newest version says the same', answer.schema),
    '201': json('A new version', answer.schema),
  };
}

/** One response per status: two problems may share one, as all three 409 do. */
function problemsOf(problems: readonly ProblemCode[]): ZodOpenApiOperationObject['responses'] {
  const codes: readonly ProblemCode[] = [...problems, 'internal'];
  const statuses = [...new Set(codes.map((code) => PROBLEM_STATUS[code]))];
  return Object.fromEntries(
    statuses.map((status) => {
      const description = codes.filter((code) => PROBLEM_STATUS[code] === status).join(', ');
      return [String(status), { description, content: { 'application/problem+json': { schema: ProblemWire } } }];
    }),
  );
}

function partsOf({ path, input, body, headers = {} }: Operation): {
  path: z.ZodObject;
  query: z.ZodObject;
  header: z.ZodObject;
  body: ZodOpenApiOperationObject['requestBody'] | undefined;
} {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const fields = (keep: (name: string) => boolean) =>
    z.object(Object.fromEntries(Object.entries(input.shape).filter(([name]) => keep(name))));
  const others = (name: string) => !inPath.includes(name) && !(name in headers);
  const parts = {
    path: fields((name) => inPath.includes(name)),
    header: z.object(Object.fromEntries(Object.entries(headers).map(([field, name]) => [name, input.shape[field]]))),
  };
  if (body === undefined) return { ...parts, query: fields(others), body: undefined };
  if (body === 'fields') {
    const content = { 'application/json': { schema: fields(others) } };
    return { ...parts, query: z.object({}), body: { required: true, content } };
  }
  const types =
    body === 'definition' ? { 'application/json': SagaDefinition, 'application/yaml': SagaDefinition } : body;
  const content = Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }]));
  const query = fields((name) => others(name) && name !== 'document');
  return { ...parts, query, body: { required: true, content } };
}
