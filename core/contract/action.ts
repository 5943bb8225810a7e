import { z } from 'zod';

/** What a person may ask of a saga. Contract part 4. */
export const ACTIONS = [
  'RETRY_STEP',
  'COMPENSATE_STEP',
  'COMPENSATE_SAGA',
  'SKIP_STEP',
  'RESOLVE',
  'LOCK',
  'UNLOCK',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Statuses of a saga on the wire. */
export const Status = z.enum(['RUNNING', 'COMPLETED', 'FAILED', 'COMPENSATING', 'COMPENSATED']);
