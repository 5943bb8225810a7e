import { createHmac, randomBytes } from 'node:crypto';
import type { Answer } from '@/core/intervention/answer';
import { signatureHeader, stringToSign } from '@/core/intervention/sign';

/** One call as it goes out. */
export interface Outgoing {
  url: string;
  timeoutMs: number;
  key: string;
  /** The frozen bytes. */
  body: string;
  attempt: number;
  interventionId: string;
  /** null: the service is declared without one, and the call goes unsigned. */
  secret: string | null;
  /** The saga's own trace, where it is one of W3C. */
  traceId: string | null;
}

export interface Delivered {
  answer: Answer;
  /** The first 64 KiB of what was answered. */
  body: Buffer | null;
}

const READ_BYTES = 64 * 1024;

/**
 * Makes one call and waits for its answer, `timeoutMs` at most. `signal` cuts it: then it throws, since nothing is known
 * of the answer. Source: contract part 4, calls to a participant service.
 */
export async function deliver(call: Outgoing, signal: AbortSignal): Promise<Delivered> {
  const late = AbortSignal.timeout(call.timeoutMs);
  const either = AbortSignal.any([late, signal]);
  try {
    const response = await fetch(call.url, {
      method: 'POST',
      headers: headersOf(call),
      body: call.body,
      redirect: 'manual',
      signal: either,
    });
    const body = await firstBytes(response, either);
    signal.throwIfAborted();
    const answer = {
      kind: 'status',
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
    } as const;
    return { answer, body };
  } catch (error) {
    if (signal.aborted) throw error;
    return { answer: { kind: late.aborted ? 'timeout' : 'network' }, body: null };
  }
}

function headersOf({ url, key, body, attempt, interventionId, secret, traceId }: Outgoing): Record<string, string> {
  const trace = /^[0-9a-f]{32}$/i.test(traceId ?? '') ? (traceId ?? '') : interventionId.replaceAll('-', '');
  const headers = {
    'Content-Type': 'application/json',
    'Idempotency-Key': key,
    'Sagascope-Attempt': String(attempt),
    'Sagascope-Intervention': interventionId,
    traceparent: `00-${trace.toLowerCase()}-${randomBytes(8).toString('hex')}-01`,
  };
  if (secret === null) return headers;
  const t = Math.floor(Date.now() / 1000);
  // As it is sent: fetch gives the path of the parsed URL to the server.
  const { pathname, search } = new URL(url);
  const text = stringToSign({ t, method: 'POST', path: pathname + search, key, body });
  const hex = createHmac('sha256', secret).update(text).digest('hex');
  return { ...headers, 'Sagascope-Signature': signatureHeader(t, hex) };
}

/** What of the body came within its time: the status is an answer, even if the rest of it is cut. */
async function firstBytes(response: Response, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  try {
    while (reader && bytes < READ_BYTES) {
      const part = await reader.read();
      if (part.done) break;
      parts.push(part.value);
      bytes += part.value.byteLength;
    }
    if (reader && bytes >= READ_BYTES) await reader.cancel();
  } catch (error) {
    if (!signal.aborted && !(error instanceof TypeError)) throw error;
  }
  return Buffer.concat(parts).subarray(0, READ_BYTES);
}
