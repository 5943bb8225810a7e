import { z } from 'zod';
import { page, PageInput, Time } from './wire';

/** Types by name, for filters. */
export const SagaTypeListInput = z.object({ ...PageInput, limit: PageInput.limit.default(200) });
export type SagaTypeListInput = z.infer<typeof SagaTypeListInput>;

export const SagaTypeItem = z.object({
  sagaType: z.string(),
  /** Sagas by present status, exact; a status without sagas is 0. */
  counts: z.object({
    RUNNING: z.int(),
    COMPLETED: z.int(),
    FAILED: z.int(),
    COMPENSATING: z.int(),
    COMPENSATED: z.int(),
  }),
  total: z.int(),
  /** Sagas with a reason of attention that is due. */
  attention: z.int(),
  /** The newest version; null while the type is learning. */
  definition: z.object({ version: z.int(), source: z.string() }).nullable(),
});
export type SagaTypeItem = z.infer<typeof SagaTypeItem>;

export const SagaTypeList = page(SagaTypeItem).extend({ asOf: Time });
export type SagaTypeList = z.infer<typeof SagaTypeList>;
