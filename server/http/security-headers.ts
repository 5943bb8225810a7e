import { randomBytes } from 'node:crypto';

/** A nonce of 128 bits for the scripts of one page. */
export const newNonce = (): string => randomBytes(16).toString('base64');

/** Of answers that are no page (data, styles, pictures): opened by themselves they load and run nothing. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The Content-Security-Policy of a page. Next puts `nonce` on every script that it writes; 'strict-dynamic' lets those
 * load the rest, and an address of our own that somebody smuggles into the page loads nothing.
 */
export function pagePolicy(nonce: string, { isSecure = false, isDevelopment = false } = {}): string {
  const directives = [
    "default-src 'none'",
    // React's development build names where an error came from with eval.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // Inline styles cannot do without: pages from the server carry style attributes (widths of bars), and mermaid measures
    // with a <style> of its own that takes no nonce. They run nothing, and can send nothing: images, fonts and
    // connections are our own.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    // The identity provider is reached by an address, never by a form.
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isSecure ? ['upgrade-insecure-requests'] : []),
  ];
  return directives.join('; ');
}

// Whatever the console has no use for, in its own pages too.
const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/** Two years; what a browser was told once holds without asking. Subdomains belong to others. */
const HSTS = 'max-age=63072000';

/**
 * What every answer says, unless it says otherwise itself: pages, data, scripts and pictures.
 * @param url SAGASCOPE_URL; HSTS only where that is https
 */
export const answerHeaders = (url: string | undefined): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': DATA_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // One-time links are addresses: no other site learns one.
  'Referrer-Policy': 'same-origin',
  'Permissions-Policy': UNUSED_FEATURES.map((name) => `${name}=()`).join(', '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  ...(url?.startsWith('https://') ? { 'Strict-Transport-Security': HSTS } : {}),
});
