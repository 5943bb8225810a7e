import { z } from 'zod';
import { eventBodies } from '../journal/event-body';

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

export const { textOf: declaredEventText, eventOf: declaredEventOf } = eventBodies<DeclaredEvent>(DeclaredEvent);
