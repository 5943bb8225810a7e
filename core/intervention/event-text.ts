import { z } from 'zod';
import { ACTIONS } from '../contract/action';
import type { InterventionEvent } from './events';

const at = z.number();
const stepName = z.string();
const by = z.string();
const reason = z.string();
const attempt = z.number();
const logId = z.string();
const answer = z.object({ status: z.number().nullable(), text: z.string(), body: z.string().nullable() });
const hand = z.enum(['this_intervention', 'another_hand']);
const evidence = z.enum(['log', 'answer']);
const event = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), at, ...shape });

const Event = z.discriminatedUnion('type', [
  event('InterventionRequested', {
    id: z.string(),
    sagaId: z.string(),
    action: z.enum(ACTIONS),
    stepName: z.string().nullable(),
    reason,
    by,
    planHash: z.string(),
    calls: z.array(z.object({ stepName, action: z.enum(['compensate', 'retry']), evidenceMs: z.number() })),
    noCalls: z.array(z.string()),
    onFailure: z.enum(['stop', 'continue']),
    needsApproval: z.boolean(),
    expiresAt: z.number().nullable(),
  }),
  event('InterventionApproved', { by }),
  event('InterventionRejected', { by, reason }),
  event('InterventionExpired', {}),
  event('InterventionRecorded', {}),
  event('CallDispatched', { stepName, attempt, afterLogId: z.string() }),
  event('CallRedelivered', { stepName, attempt, delivery: z.number() }),
  event('CallAnswered', { stepName, attempt, answer, nextAttemptAt: z.number() }),
  event('CallAccepted', { stepName, attempt, answer }),
  event('CallDeadLettered', { stepName, attempt, answer }),
  event('CallFailed', { stepName, logId }),
  event('NoEvidenceFound', { stepName }),
  event('StepCompensated', { stepName, logId, by: hand, evidence }),
  event('StepProven', { stepName, logId, by: hand, evidence }),
  event('CallSpared', { stepName, logId }),
  event('StepSkipped', { stepName, by, reason }),
  event('InterventionRetried', { by, reason: z.string().nullable() }),
  event('CancellationRequested', { by, reason }),
  event('InterventionCancelled', { by, reason }),
  event('InterventionHalted', { because: z.string(), sinceLogIds: z.array(z.string()) }),
  event('InterventionVerified', {}),
]) satisfies z.ZodType<InterventionEvent>;

/** The body of an event's journal entry: the event without its type and time, which are columns of the entry. */
export const eventText = (event: InterventionEvent): string =>
  JSON.stringify({ ...event, type: undefined, at: undefined });

/** The event of a journal entry; null where it is none of an intervention (or was tampered with). */
export function eventFromText({
  type,
  at,
  body,
}: {
  type: string;
  at: number;
  body: string;
}): InterventionEvent | null {
  const parsed = Event.safeParse({ ...fields(body), type, at });
  return parsed.success ? parsed.data : null;
}

function fields(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
