import { PROBLEM_STATUS, type ProblemCode, type Problem as ProblemWire } from '@/core/contract/wire';

const TITLES: Record<ProblemCode, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  stale_view: 'Something changed since you looked',
  illegal_action: 'This action is not possible now',
  duplicate: 'This was already requested',
  too_large: 'The request is too large',
  rate_limited: 'Too many requests',
  unavailable: 'Not available now',
  internal: 'Something went wrong here',
};

export interface ProblemParts {
  issues?: { path: string; message: string }[];
  since?: unknown[];
  /** Seconds until a try may succeed, 0: the answer is being made; goes out as Retry-After. */
  retryAfterS?: number;
  /** What went wrong underneath; logged, never sent. */
  cause?: unknown;
}

/** An error that a caller may see: `detail` is one sentence that says what is wrong and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly issues: ProblemParts['issues'];
  readonly since: ProblemParts['since'];
  readonly retryAfterS: ProblemParts['retryAfterS'];

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    parts: ProblemParts = {},
  ) {
    super(detail, { cause: parts.cause });
    this.issues = parts.issues;
    this.since = parts.since;
    this.retryAfterS = parts.retryAfterS;
  }

  /** As RFC 9457 has it; `reference` finds the line in the log. */
  toWire(reference: string): ProblemWire {
    return {
      type: `urn:sagascope:problem:${this.code}`,
      title: TITLES[this.code],
      status: PROBLEM_STATUS[this.code],
      code: this.code,
      detail: this.detail,
      reference,
      ...(this.issues ? { issues: this.issues } : {}),
      ...(this.since ? { since: this.since } : {}),
    };
  }
}

/** Answers a problem as `application/problem+json`. */
export function problemResponse(problem: Problem, reference: string): Response {
  return new Response(JSON.stringify(problem.toWire(reference)), {
    status: PROBLEM_STATUS[problem.code],
    headers: {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Reference': reference,
      'X-Content-Type-Options': 'nosniff',
      ...(problem.retryAfterS === undefined ? {} : { 'Retry-After': String(problem.retryAfterS) }),
    },
  });
}
