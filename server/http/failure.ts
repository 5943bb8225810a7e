import { z } from 'zod';
import { Problem } from './problem';

/** Codes and texts of an error and of everything it was caused by, whichever driver it came through. */
function layers(error: unknown): { code: string; text: string }[] {
  const found: { code: string; text: string }[] = [];
  const queue: unknown[] = [error];
  const seen = new Set<unknown>();
  while (queue.length > 0 && found.length < 20) {
    const one = queue.shift();
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    const text = 'message' in one && typeof one.message === 'string' ? one.message : '';
    for (const key of ['code', 'originalCode', 'kind'] as const) {
      const code = key in one ? (one as Record<string, unknown>)[key] : undefined;
      if (typeof code === 'string') found.push({ code, text });
    }
    if (text !== '') found.push({ code: '', text });
    for (const key of ['cause', 'meta', 'driverAdapterError', 'errors'] as const) {
      const inner = key in one ? (one as Record<string, unknown>)[key] : undefined;
      if (Array.isArray(inner)) queue.push(...inner);
      else queue.push(inner);
    }
  }
  return found;
}

// Sockets; SQLSTATE classes 08, 53, 57P and 58; Prisma's words for a server that cannot be reached or does not answer.
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EPIPE|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOENT|08...|53...|57P0.|58...|P1001|P1002|P1008|P1017|P2024|P2028|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const UNREACHABLE_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Connection ended|Can't reach database server|the database system is (starting up|shutting down)/;

/** True where the database could not be reached, or broke off, rather than refusing a statement. */
export function isDatabaseGone(error: unknown): boolean {
  return layers(error).some(({ code, text }) => UNREACHABLE.test(code) || UNREACHABLE_TEXT.test(text));
}

/** The SQLSTATEs of an error and of what it was caused by. */
export const sqlStatesOf = (error: unknown): string[] =>
  layers(error)
    .map(({ code }) => code)
    .filter((code) => /^[0-9A-Z]{5}$/.test(code));

/** Issues of a schema in words, one per place. */
export function issuesOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.slice(0, 50).map((issue) => ({ path: issue.path.map(String).join('.'), message: words(issue) }));
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no field or parameter ${issue.keys.join(', ')} here`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
  if (issue.code === 'too_small' && issue.message.startsWith('Too small')) {
    return `at least ${issue.minimum}${issue.origin === 'string' ? ' characters' : ''}`;
  }
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

/** One sentence for a refused input: its first issue, and how many more. */
export function refusal(issues: { path: string; message: string }[]): string {
  const [first] = issues;
  if (!first) return 'The request is not valid.';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}.`;
}

/** What a caller is told of any error; an unknown one is `internal` and says nothing of its insides. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof z.ZodError) {
    const issues = issuesOf(error);
    return new Problem('invalid', refusal(issues), { issues, cause: error });
  }
  const codes = layers(error).map(({ code }) => code);
  if (codes.includes('57014')) {
    return new Problem('unavailable', 'The database took too long to answer. Narrow the filters, or try again.', {
      cause: error,
    });
  }
  if (isDatabaseGone(error)) {
    return new Problem('unavailable', 'The database does not answer. Nothing was changed; try again in a moment.', {
      cause: error,
    });
  }
  if (codes.includes('42P01') || codes.includes('3F000')) {
    return new Problem(
      'unavailable',
      'The console has no tables in this database yet. Run npm start once to make them.',
      {
        cause: error,
      },
    );
  }
  if (codes.includes('42501')) {
    return new Problem('unavailable', 'The database user may not do this. The diagnostics page says what it lacks.', {
      cause: error,
    });
  }
  if (codes.some((code) => /^(22...)$/.test(code))) {
    return new Problem('invalid', 'The database refused a value of this request. Check its characters and numbers.', {
      cause: error,
    });
  }
  return new Problem('internal', 'Something went wrong here. The log has the details under this reference.', {
    cause: error,
  });
}
