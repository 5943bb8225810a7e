import type { z } from 'zod';

/** Events of one family as the journal keeps them: told apart by their type, which is a column of the entry. */
export interface EventBodies<Event> {
  /** The body of an event's entry: the event without its type. */
  textOf: (event: Event) => string;
  /** The event of an entry; null where it is none of this family (or was tampered with). */
  eventOf: (entry: { type: string; body: string }) => Event | null;
}

/** How the events of a schema are written to the journal and read back. */
export const eventBodies = <Event extends { type: string }>(schema: z.ZodType<Event>): EventBodies<Event> => ({
  textOf: (event) => JSON.stringify({ ...event, type: undefined }),
  eventOf: ({ type, body }) => {
    const parsed = schema.safeParse({ ...fieldsOf(body), type });
    return parsed.success ? parsed.data : null;
  },
});

function fieldsOf(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
