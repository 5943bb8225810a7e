import { z } from 'zod';

const DeclaredEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('DefinitionDeclared'), by: z.string(), sagaType: z.string(), version: z.int() }),
  z.object({
    type: z.literal('ServiceDeclared'),
    by: z.string(),
    name: z.string(),
    url: z.string(),
    /** Where it was called until then; null: it was not known. */
    urlBefore: z.string().nullable(),
    /** Name of the variable that its calls are signed with; null: they are not signed. */
    secretEnv: z.string().nullable(),
    evidence: z.string(),
  }),
]);

/** What was declared, as the journal keeps it. `by`: an e-mail address. */
export type DeclaredEvent = z.infer<typeof DeclaredEvent>;

/** The body of an event's journal entry: the event without its type, which is a column of the entry. */
export const declaredEventText = (event: DeclaredEvent): string => JSON.stringify({ ...event, type: undefined });

/** The event of a journal entry; null where it is none of these (or was tampered with). */
export function declaredEventOf({ type, body }: { type: string; body: string }): DeclaredEvent | null {
  if (!DeclaredEvent.options.some((option) => option.shape.type.value === type)) return null;
  try {
    const value: unknown = JSON.parse(body);
    const parsed = DeclaredEvent.safeParse(typeof value === 'object' ? { ...value, type } : value);
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
