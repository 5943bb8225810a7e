import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { PROBLEM_STATUS } from '@/core/contract/wire';
import { type BodyKind, readBody } from './body';
import { type Ctx, requestContext } from './context';
import { issuesOf, problemOf, refusal } from './failure';
import { toJson } from './json-text';
import { refuseForeignHost, refuseForeignOrigin } from './origin';
import { Problem, problemResponse } from './problem';

export interface RouteOptions<Wire> {
  /** What a write carries; JSON unless told. */
  body?: BodyKind;
  /** Largest body in bytes; 256 kB unless told. */
  maxBytes?: number;
  /** Input fields that headers carry: field → name of the header. */
  headers?: Readonly<Record<string, string>>;
  /** HTTP status of an answer; 200 unless told. */
  status?: (answer: Wire) => number;
  /** Answered without a session too; the use case decides what. */
  open?: boolean;
  /** What of the answer goes out; all of it unless told. */
  wire?: (answer: Wire) => unknown;
  /** A Set-Cookie that goes out with the answer. */
  cookie?: (answer: Wire) => string;
  /** An answer that goes out as plain text instead; null: as JSON. */
  text?: (answer: Wire) => string | null;
}

/** The second argument of a Next route handler. */
export interface RouteContext {
  params: Promise<Record<string, string | string[] | undefined> | undefined>;
}

export interface Route<Schema extends z.ZodObject> {
  (request: Request, context: RouteContext): Promise<Response>;
  /** The input it parses; the OpenAPI document is checked against it. */
  readonly input: Schema;
}

/**
 * A Next route handler from a schema and a use case: path, query and body are parsed once, the answer goes out as
 * JSON, errors as problem+json with a reference that the log has too.
 */
export function route<Schema extends z.ZodObject, Wire>(
  input: Schema,
  useCase: (ctx: Ctx, input: z.output<Schema>) => Promise<Wire>,
  options: RouteOptions<Wire> = {},
): Route<Schema> {
  const strict = input.strict();
  const handle = async (request: Request, context: RouteContext): Promise<Response> =>
    guarded(request, async (requestId) => {
      const write = request.method !== 'GET' && request.method !== 'HEAD';
      if (write) refuseForeignOrigin(request);
      // Who asks comes first: nobody learns from a refusal how an input is read.
      const ctx = await requestContext(request.headers, requestId, options.open);
      const raw: Record<string, unknown> = { ...queryOf(request) };
      // A form of another site can post, but not as JSON: a write without fields has a body too, `{}`.
      const body = options.body ?? (write ? 'json' : undefined);
      if (body) Object.assign(raw, await readBody(request, body, options.maxBytes ?? 256 * 1024));
      for (const [field, name] of Object.entries(options.headers ?? {})) {
        raw[field] = request.headers.get(name) ?? undefined;
      }
      Object.assign(raw, await pathOf(context));
      const answer = await useCase(ctx, parseInput<Schema>(strict, raw));
      // A download writes itself.
      if (answer instanceof Response) return answer;
      const text = options.text?.(answer) ?? null;
      if (text !== null) return textResponse(text, requestId);
      const response = jsonResponse(
        toJson(options.wire ? options.wire(answer) : answer),
        options.status?.(answer) ?? 200,
        requestId,
      );
      if (options.cookie) response.headers.append('Set-Cookie', options.cookie(answer));
      return response;
    });
  return Object.assign(handle, { input });
}

/** Runs a handler under a request id and turns what it throws into a problem; unexpected errors are logged whole. */
export async function guarded(request: Request, handle: (requestId: string) => Promise<Response>): Promise<Response> {
  const requestId = randomUUID();
  try {
    refuseForeignHost(request);
    return await handle(requestId);
  } catch (error) {
    const problem = problemOf(error);
    if (PROBLEM_STATUS[problem.code] >= 500) logFailure(request, requestId, problem, error);
    return problemResponse(problem, requestId);
  }
}

/** JSON that no cache keeps. */
export const jsonResponse = (text: string, status: number, requestId: string): Response =>
  answered(text, 'application/json', status, requestId);

const textResponse = (text: string, requestId: string): Response => answered(text, 'text/plain', 200, requestId);

function answered(text: string, type: string, status: number, requestId: string): Response {
  return new Response(text, {
    status,
    headers: {
      'Content-Type': `${type}; charset=utf-8`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Reference': requestId,
    },
  });
}

function parseInput<Schema extends z.ZodObject>(schema: z.ZodObject, raw: Record<string, unknown>): z.output<Schema> {
  const parsed = (schema as Schema).safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  throw new Problem('invalid', refusal(issues), { issues, cause: parsed.error });
}

// A name given twice is a list, as in status=FAILED&status=RUNNING.
function queryOf(request: Request): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URL(request.url).searchParams) {
    refuseNul(name, value);
    const before = query[name];
    query[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return query;
}

// Next has decoded the segments; an address without parameters has none at all.
async function pathOf(context: RouteContext): Promise<Record<string, string | string[] | undefined>> {
  const path = (await context.params) ?? {};
  for (const [name, value] of Object.entries(path)) if (typeof value === 'string') refuseNul(name, value);
  return path;
}

function refuseNul(name: string, value: string): void {
  if (!value.includes('\0')) return;
  const message = 'the character NUL cannot be stored or searched';
  throw new Problem('invalid', `${name}: ${message}.`, { issues: [{ path: name, message }] });
}

function logFailure(request: Request, requestId: string, problem: Problem, error: unknown): void {
  const { pathname } = new URL(request.url);
  const cause = problem.cause ?? error;
  console.error(
    JSON.stringify({
      level: 'error',
      reference: requestId,
      method: request.method,
      path: pathname,
      code: problem.code,
      error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    }),
  );
}
