import { z } from 'zod';
import type { ProblemCode } from '@/core/contract/wire';

/** One route as the OpenAPI document tells it. */
export interface Operation {
  method: 'get' | 'put' | 'post';
  /** From the root, parameters in braces. */
  path: string;
  summary: string;
  /** Path parameters are those named in the path; the others are query, or body fields of a write. */
  input: z.ZodObject;
  /** The answer; a text where it is not JSON. */
  answer: { schema: z.ZodType } | { type: string; description: string };
  /** The body of a write: the input's other fields as JSON, a definition, or what each content type carries. */
  body?: 'fields' | 'definition' | Readonly<Record<string, z.ZodType>>;
  /** Input fields that headers carry: field → name of the header. */
  headers?: Readonly<Record<string, string>>;
  /** Beside `internal`, which every route may answer. */
  problems: readonly ProblemCode[];
}

export const READ = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'unavailable',
] as const satisfies readonly ProblemCode[];
export const READ_ONE = [...READ, 'not_found'] as const;
export const WRITE = [...READ, 'too_large'] as const;
export const ACT = [...WRITE, 'not_found', 'stale_view', 'illegal_action', 'duplicate'] as const;

/** A body of one item, or of an array of them. */
export const oneOrMany = (item: z.ZodType) => z.union([item, z.array(item)]);
