import { signInPath } from '@/core/account/next-path';

let leaving = false;

/** Goes to the page of signing in, which leads back here: the session has ended. What was read is left behind. */
export function leaveToSignIn(): void {
  if (leaving) return;
  leaving = true;
  const { pathname, search, hash } = window.location;
  window.location.assign(signInPath(pathname + search + hash));
}
