import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const Step = z.object({
  name: z.string(),
  service: z.enum(['order', 'inventory', 'payment', 'shipping']),
  kind: z.enum(['compensatable', 'pivot', 'retriable']),
  compensation: z.string().optional(),
  timeout: z.string().regex(/^\d+s$/),
  optional: z.boolean().default(false),
});
export type ShopStep = z.infer<typeof Step> & { timeoutMs: number };

const file: unknown = parse(readFileSync(new URL('./order_fulfilment.yaml', import.meta.url), 'utf8'));

/** The definition as it is registered at the console: the file, word for word. */
export const DEFINITION = z.looseObject({ saga: z.string() }).parse(file);

/** The steps that the orchestrator runs, in order. */
export const STEPS: readonly ShopStep[] = z
  .object({ steps: z.array(Step) })
  .parse(file)
  .steps.map((step) => ({ ...step, timeoutMs: parseInt(step.timeout, 10) * 1_000 }));

export const SAGA_TYPE = DEFINITION.saga;
