import { z } from 'zod';

/** A saga by its id: any UUID, also one that no RFC knows. */
export const SagaInput = z.object({ sagaId: z.guid('a saga id is a UUID').transform((id) => id.toLowerCase()) });
export type SagaInput = z.infer<typeof SagaInput>;
