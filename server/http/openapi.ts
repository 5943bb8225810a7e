import { z } from 'zod';
import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject } from 'zod-openapi';
import { SagaDefinition } from '@/core/definition/definition';
import { Problem as ProblemWire, PROBLEM_STATUS, type ProblemCode } from '@/core/contract/wire';
import { type Operation, OPERATIONS } from './operations';

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
    paths,
  });
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const { path, query, body } = partsOf(operation);
  const health = operation.path === '/api/health' && 'schema' in operation.answer ? operation.answer.schema : null;
  return {
    summary: operation.summary,
    requestParams: {
      ...(Object.keys(path.shape).length > 0 ? { path } : {}),
      ...(Object.keys(query.shape).length > 0 ? { query } : {}),
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

function partsOf({ path, input, body }: Operation): {
  path: z.ZodObject;
  query: z.ZodObject;
  body: ZodOpenApiOperationObject['requestBody'] | undefined;
} {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const fields = (keep: (name: string) => boolean) =>
    z.object(Object.fromEntries(Object.entries(input.shape).filter(([name]) => keep(name))));
  const others = (name: string) => !inPath.includes(name);
  const pathFields = fields((name) => inPath.includes(name));
  if (body === 'fields') {
    return {
      path: pathFields,
      query: z.object({}),
      body: { required: true, content: { 'application/json': { schema: fields(others) } } },
    };
  }
  if (body === 'definition') {
    const content = { 'application/json': { schema: SagaDefinition }, 'application/yaml': { schema: SagaDefinition } };
    return {
      path: pathFields,
      query: fields((name) => others(name) && name !== 'document'),
      body: { required: true, content },
    };
  }
  return { path: pathFields, query: fields(others), body: undefined };
}
