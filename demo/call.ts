import { z } from 'zod';
import { errors, type StepError } from './faults';
import { sign } from './signature';

const Failed = z.object({
  outcome: z.literal('failed'),
  logId: z.string(),
  causationId: z.string().nullable(),
  error: z.object({
    code: z.string(),
    message: z.string(),
    category: z.enum(['business', 'system', 'infrastructure']),
    retryable: z.boolean(),
    level: z.enum(['warning', 'error']),
    tags: z.array(z.string()),
  }),
});
const Done = z.object({
  outcome: z.enum(['succeeded', 'compensated']),
  logId: z.string(),
  causationId: z.string().nullable(),
  context: z.string().nullable(),
});
const Refused = z.object({ code: z.string(), detail: z.string() });

/** What came of a call. `recorded`: the participant wrote the failure to the log itself; `unknown`: there may be an effect. */
export type CallResult = { done: true; logId: string; cause: string | null; context: string | null } | Failure;
export type Failure = {
  done: false;
  error: StepError;
  recorded: boolean;
  unknown: boolean;
  unreachable: boolean;
  cause: string | null;
};

export interface OutgoingCall {
  url: string;
  service: string;
  key: string;
  secret: string;
  traceId: string;
  attempt: number;
  timeoutMs: number;
  body: Record<string, unknown>;
  signal: AbortSignal;
}

/** Makes one signed call to a participant. Never throws for what the other side does, only when `signal` ended it. */
export async function callParticipant(call: OutgoingCall): Promise<CallResult> {
  const body = JSON.stringify(call.body);
  const path = new URL(call.url).pathname;
  const signature = sign(call.secret, Math.floor(Date.now() / 1000), { method: 'POST', path, key: call.key, body });
  try {
    const response = await fetch(call.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': call.key,
        'sagascope-signature': signature,
        'sagascope-attempt': String(call.attempt),
        traceparent: `00-${call.traceId}-${call.traceId.slice(0, 16)}-01`,
      },
      body,
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs)]),
    });
    return read(call, response.ok, response.status, await response.text());
  } catch (error) {
    if (call.signal.aborted) throw error;
    const refused = codeOf(error) === 'ECONNREFUSED';
    return {
      done: false,
      error: refused ? errors.unreachable(call.service) : errors.noAnswer(call.service, call.timeoutMs),
      recorded: false,
      unknown: true,
      unreachable: refused,
      cause: null,
    };
  }
}

function read(call: OutgoingCall, ok: boolean, status: number, text: string): CallResult {
  const json = jsonOf(text);
  const done = ok ? Done.safeParse(json) : null;
  if (done?.success)
    return { done: true, logId: done.data.logId, cause: done.data.causationId, context: done.data.context };
  const failed = Failed.safeParse(json);
  if (failed.success) {
    const { error, causationId } = failed.data;
    return {
      done: false,
      error,
      recorded: true,
      unknown: error.category === 'infrastructure',
      unreachable: false,
      cause: causationId,
    };
  }
  const refused = Refused.safeParse(json);
  if (status >= 400 && status < 500 && refused.success) {
    const error: StepError = {
      ...errors.broken(call.service),
      code: refused.data.code.toUpperCase(),
      message: refused.data.detail,
      retryable: false,
    };
    return { done: false, error, recorded: false, unknown: false, unreachable: false, cause: null };
  }
  const error: StepError = {
    ...errors.broken(call.service),
    message: `Service ${call.service} answered ${status}: outcome unknown`,
    category: 'infrastructure',
  };
  return { done: false, error, recorded: false, unknown: true, unreachable: false, cause: null };
}

function codeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An answer that is not JSON proves nothing: the caller treats it as an unknown outcome.
    return null;
  }
}
