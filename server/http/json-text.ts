import type { z } from 'zod';

/**
 * An answer that PostgreSQL built as JSON text: it goes out as it is, without being parsed and written again.
 * `Schema` says what the text holds; tests parse it with that schema.
 */
export class JsonText<Schema extends z.ZodType> {
  declare readonly schema: Schema;
  constructor(readonly text: string) {}
}

/** An answer of a use case as JSON text. */
export function toJson(answer: unknown): string {
  return answer instanceof JsonText ? answer.text : JSON.stringify(answer);
}

/** An answer of a use case as the value that a client gets by parsing the JSON. */
export function toValue(answer: unknown): unknown {
  return answer instanceof JsonText ? JSON.parse(answer.text) : answer;
}
