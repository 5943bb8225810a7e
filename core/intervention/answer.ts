/** What came back of a call; null headers where there was none. */
export type Answer =
  | { kind: 'status'; status: number; retryAfter: string | null }
  | { kind: 'timeout' }
  | { kind: 'network' };

export type AnswerClass =
  | { kind: 'accepted' }
  | { kind: 'retry'; delayMs: number; text: string }
  | { kind: 'dead_letter'; text: string };

/** Calls of one round; after the last the effect is unknown and a person decides. Contract part 4. */
export const CALLS_PER_ROUND = 3;
const BACKOFF_MS = [2_000, 10_000] as const;
const SPREAD = 0.2;
const LONGEST_WAIT_MS = 300_000;
const AGAIN: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Seconds or an HTTP date, in milliseconds from now, 5 minutes at most; null where it is neither. */
function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

function again(attempt: number, random: number, header: string | null, now: number, what: string): AnswerClass {
  const base = BACKOFF_MS[attempt - 1];
  if (base === undefined || attempt >= CALLS_PER_ROUND) return { kind: 'dead_letter', text: `${what}, effect unknown` };
  const backoff = base * (1 - SPREAD + 2 * SPREAD * random);
  return { kind: 'retry', delayMs: Math.round(Math.max(backoff, retryAfterMs(header, now) ?? 0)), text: what };
}

/**
 * What an answer means: the table "Calls to a participant service" of contract part 4. `attempt` counts the calls of
 * this round from 1; `random` in [0, 1) spreads the delay; `now` in epoch ms is for a Retry-After date.
 */
export function classifyAnswer(answer: Answer, attempt: number, random: number, now: number): AnswerClass {
  if (answer.kind === 'timeout') return again(attempt, random, null, now, 'no answer in time');
  if (answer.kind === 'network') return again(attempt, random, null, now, 'could not be reached');
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (AGAIN.has(status) || (status >= 500 && status < 600))
    return again(attempt, random, retryAfter, now, `answered ${status}`);
  return { kind: 'dead_letter', text: `refused with ${status}` };
}
