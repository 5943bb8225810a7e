import { z } from 'zod';
import { ACTIONS, Status } from '../contract/action';
import type { Plan } from './plan';

const Id = z.string().regex(/^\d+$/).transform(BigInt);
const SettlementText = z.object({
  stepName: z.string().nullable(),
  upToLogId: Id,
  at: z.number(),
  by: z.string(),
  reason: z.string(),
});
const PlanText = z.object({
  action: z.enum(ACTIONS),
  sagaId: z.string(),
  stepName: z.string().nullable(),
  basis: z.array(Id),
  asOfLogId: Id,
  definitionVersion: z.number().nullable(),
  settlements: z.array(SettlementText),
  steps: z.array(
    z.object({
      stepName: z.string(),
      action: z.enum(['compensate', 'retry', 'settle', 'lock']),
      call: z
        .object({
          method: z.literal('POST'),
          url: z.string(),
          service: z.string(),
          timeoutMs: z.number(),
          evidenceMs: z.number(),
        })
        .nullable(),
      compensation: z.string().nullable(),
      undoes: Id.nullable(),
      context: z.string().nullable(),
      effect: z.string(),
      repeatIsHarmless: z.boolean(),
    }),
  ),
  resumeUrl: z.string().nullable(),
  touches: z.object({
    services: z.array(z.string()),
    stock: z.string(),
    money: z.string(),
    customerMessages: z.string(),
  }),
  endsAs: Status,
  afterwards: z.string().nullable(),
  onFailure: z.enum(['stop', 'continue']),
  approval: z.object({ who: z.string(), because: z.string(), until: z.number() }).nullable(),
});

/** A frozen plan as the text that is kept; 64-bit ids are decimal digits. */
export const planText = (plan: Plan): string =>
  JSON.stringify(plan, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

/** The plan that {@link planText} wrote. Throws ZodError for any other text. */
export const planFromText = (text: string): Plan => PlanText.parse(JSON.parse(text));
