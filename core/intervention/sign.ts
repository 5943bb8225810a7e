/** Seconds after which a participant refuses a signature. Contract part 4. */
export const SIGNATURE_LIFETIME_S = 300;

export interface Signed {
  /** Unix seconds. */
  t: number;
  method: 'POST';
  /** Path of the URL as sent, percent-encoded. */
  path: string;
  key: string;
  body: string;
}

/** The text whose HMAC-SHA256 signs a call: `t.METHOD.path.key.body`. */
export const stringToSign = ({ t, method, path, key, body }: Signed): string => `${t}.${method}.${path}.${key}.${body}`;

/** Value of the header Sagascope-Signature. */
export const signatureHeader = (t: number, hex: string): string => `t=${t},v1=${hex}`;
