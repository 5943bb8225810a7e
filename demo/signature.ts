import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the signature covers: `t.METHOD.path.key.body`, exactly as sent. */
export interface Signed {
  method: string;
  path: string;
  key: string;
  body: string;
}

const MAX_AGE_SECONDS = 300;

const hmac = (secret: string, at: number, call: Signed): Buffer =>
  createHmac('sha256', secret).update(`${at}.${call.method}.${call.path}.${call.key}.${call.body}`).digest();

/** The value of header Sagascope-Signature; `at` in unix seconds. */
export const sign = (secret: string, at: number, call: Signed): string =>
  `t=${at},v1=${hmac(secret, at, call).toString('hex')}`;

/** True, or why the call is refused: no signature, one older (or newer) than 300 s, or one that does not fit. */
export function verify(secret: string, now: number, call: Signed, header: string | undefined): true | string {
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (!t || !v1) return 'Sagascope-Signature is missing or not t=<unix s>,v1=<hex>';
  if (Math.abs(now - Number(t)) > MAX_AGE_SECONDS) return `the signature is more than ${MAX_AGE_SECONDS} s old`;
  return (
    timingSafeEqual(hmac(secret, Number(t), call), Buffer.from(v1, 'hex')) || 'the signature does not fit the call'
  );
}
