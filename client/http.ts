import type { LogRowWire } from '@/core/contract/sagas';
import type { Problem, ProblemCode } from '@/core/contract/wire';
import { leaveToSignIn } from './leave';

/** A request that did not give what was asked: the server's problem+json (RFC 9457), or no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ProblemCode | 'no_answer';
  /** One sentence that says what to do. */
  readonly detail: string;
  /** Finds the server's log line; absent where no server answered. */
  readonly reference: string | undefined;
  readonly issues: { path: string; message: string }[];
  /** stale_view: the rows of the log that arrived since. */
  readonly since: LogRowWire[];
  /** Seconds until a try may succeed, as Retry-After says; null: it says nothing. */
  readonly retryAfterS: number | null;

  constructor(
    init: Pick<ApiError, 'status' | 'code' | 'detail' | 'reference'> & {
      title: string;
      retryAfterS?: number | null;
      issues?: ApiError['issues'];
      since?: ApiError['since'];
    },
  ) {
    super(init.title);
    this.name = 'ApiError';
    this.status = init.status;
    this.code = init.code;
    this.detail = init.detail;
    this.reference = init.reference;
    this.issues = init.issues ?? [];
    this.since = init.since ?? [];
    this.retryAfterS = init.retryAfterS ?? null;
  }
}

/** Whether a second try could help: no answer, a full or a failing server; never a refusal. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'no_answer' || error.status >= 500 || error.status === 429);
}

/** Whether the server is still at work on the answer: asked again at once, it goes on. */
export function isInProgress(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'unavailable' && error.retryAfterS === 0;
}

/** Any thrown value as an ApiError, so that a panel can always say what, when and which reference. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: 0,
    code: 'internal',
    title: 'This part of the page failed',
    detail: error instanceof Error ? error.message : String(error),
    reference: undefined,
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'title' in body;
}

async function problemOf(response: Response): Promise<ApiError> {
  const reference = response.headers.get('x-reference') ?? undefined;
  const retryAfter = response.headers.get('retry-after');
  const text = await response.text();
  if ((response.headers.get('content-type') ?? '').includes('json')) {
    const body: unknown = parsed(text);
    if (isProblem(body)) {
      return new ApiError({
        status: response.status,
        code: body.code,
        title: body.title,
        detail: body.detail,
        reference: body.reference ?? reference,
        issues: body.issues,
        since: body.since as LogRowWire[] | undefined,
        retryAfterS: retryAfter === null ? null : Number(retryAfter),
      });
    }
  }
  return new ApiError({
    status: response.status,
    code: response.status === 404 ? 'not_found' : response.status === 503 ? 'unavailable' : 'internal',
    title: `The server answered ${response.status}`,
    detail: 'Try again. If it stays, the log of the console says more.',
    reference,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * GET of one of our own routes. The answer is typed, not parsed again: the same schema made it on the server,
 * and zod stays out of the first page.
 * @throws ApiError for every answer but 2xx, and when there is no answer. An abort passes through as it is.
 */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, { signal: signal ?? null, headers: { accept: 'application/json' } });
  return (await response.json()) as T;
}

/**
 * POST to one of our own routes, answered as {@link getJson} answers.
 * @throws ApiError. `no_answer` leaves open whether the server took it: only a request that carries its own id may be sent again.
 */
export const postJson = <T>(path: string, body: object): Promise<T> => writeJson<T>('POST', path, body);

/** PUT to one of our own routes; as {@link postJson}. */
export const putJson = <T>(path: string, body: object): Promise<T> => writeJson<T>('PUT', path, body);

async function writeJson<T>(method: 'POST' | 'PUT', path: string, body: object): Promise<T> {
  const response = await send(path, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
}

/** GET whose body is wanted whatever the status says (`/api/health` answers 503 with its report). */
export async function getReport<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await raw(path, { signal: signal ?? null, headers: { accept: 'application/json' } });
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json') || type.includes('problem')) throw await problemOf(response);
  return (await response.json()) as T;
}

export async function send(path: string, init: RequestInit): Promise<Response> {
  const response = await raw(path, init);
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function raw(path: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(path, { ...init, credentials: 'same-origin' });
    // What of the API has no session has lost it: the pages themselves are for people who have one.
    if (response.status === 401 && path.startsWith('/api/v1/')) leaveToSignIn();
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({
      status: 0,
      code: 'no_answer',
      title: 'The console did not answer',
      detail: 'Its server is stopped, or the network is down. The page tries again by itself.',
      reference: undefined,
    });
  }
}

/** A query string of what is set: `undefined`, `null`, '' and empty lists are left out, lists are comma separated. */
export function queryString(values: Record<string, string | number | readonly string[] | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === '') continue;
    if (typeof value === 'object') {
      if (value.length > 0) params.set(name, value.join(','));
    } else params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
