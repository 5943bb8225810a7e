import { z } from 'zod';

/** A 64-bit number on the wire: decimal digits in a string. */
export const LogId = z
  .string()
  .regex(/^\d{1,19}$/)
  .meta({ description: '64-bit number as a string' });
/** ISO 8601 UTC with milliseconds. */
export const Time = z.string().meta({ format: 'date-time' });
/** Any UUID, also one that no RFC knows. */
export const SagaId = z.guid();

export const PROBLEM_STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  stale_view: 409,
  illegal_action: 409,
  duplicate: 409,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** RFC 9457 problem+json. `detail` is one sentence that says what to do; `reference` finds the log line. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string(),
  reference: z.string().optional(),
  /** Where an input was refused: path and message, one each. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** stale_view: the rows that arrived since, as in a saga's log. */
  since: z.array(z.unknown()).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A count that says when it is not exact: above 10,000 it is `{value: 10000, capped: true}`. */
export const Count = z.object({ value: z.int(), capped: z.boolean() });
export type Count = z.infer<typeof Count>;

/** Path of the page of a list: `?limit=` and `?cursor=`. */
export const PageInput = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(512).optional(),
};

export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable(), previous: z.string().nullable() });
}
