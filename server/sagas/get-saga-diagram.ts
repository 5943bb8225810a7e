import { z } from 'zod';
import type { SagaDiagram } from '@/core/contract/sagas';
import { sagaDiagram } from '@/core/diagram/saga-diagram';
import { permit } from '@/server/auth/permit';
import type { Ctx } from '@/server/http/context';
import { SagaInput } from './saga-input';
import { loadSaga } from './load-saga';

/** LR: drawn from left to right; TB: upright, for a narrow screen. */
export const SagaDiagramInput = SagaInput.extend({ direction: z.enum(['LR', 'TB']).default('LR') });
export type SagaDiagramInput = z.infer<typeof SagaDiagramInput>;

/**
 * The state machine of a saga as mermaid text, with the path that it took.
 * @throws Problem `not_found`
 */
export async function getSagaDiagram(ctx: Ctx, { sagaId, direction }: SagaDiagramInput): Promise<SagaDiagram> {
  permit(ctx, 'sagas.read');
  const { saga, definition } = await loadSaga(ctx, ctx.db.primary, sagaId, 'sagas.read');
  return sagaDiagram(saga, definition, { direction });
}
