import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { AccountWire, SessionsEnded, Welcomed } from '@/core/contract/account';
import { signInPath } from '@/core/account/next-path';
import { getJson, postJson } from './http';

/** One's own account. */
export const accountQueries = {
  mine: () =>
    queryOptions({
      queryKey: ['account'],
      queryFn: ({ signal }) => getJson<AccountWire>('/api/v1/account', signal),
    }),
};

/** What one changes of one's own account. None is tried again by itself. */
export const accountMutations = {
  changePassword: () =>
    mutationOptions({
      mutationFn: (input: { currentPassword: string; newPassword: string }) =>
        postJson<SessionsEnded>('/api/v1/account/password', input),
      networkMode: 'always',
    }),
  endSession: () =>
    mutationOptions({
      mutationFn: (id: string) => postJson<SessionsEnded>('/api/v1/account/sessions/end', { id }),
      networkMode: 'always',
    }),
  signOutEverywhere: () =>
    mutationOptions({
      mutationFn: () => postJson<SessionsEnded>('/api/v1/account/sign-out-everywhere', {}),
      onSuccess: () => window.location.assign('/sign-in'),
      networkMode: 'always',
    }),
  signOut: () =>
    mutationOptions({
      mutationFn: () => postJson<object>('/api/auth/sign-out', {}),
      onSuccess: () => window.location.assign('/sign-in'),
      networkMode: 'always',
    }),
};

/** Begins a session by a password, in the cookie that comes with the answer. */
export async function signIn(account: { email: string; password: string }): Promise<void> {
  await postJson<object>('/api/auth/sign-in/email', account);
}

/** Goes to the provider of single sign-on, which sends the browser back to `next`, or to the page of signing in. */
export async function goToProvider(next: string): Promise<void> {
  const { url } = await postJson<{ url: string }>('/api/auth/sign-in/social', {
    callbackURL: next,
    errorCallbackURL: signInPath(next),
  });
  window.location.assign(url);
}

/** Makes the first administrator by the link of the terminal. */
export const setUp = (input: { token: string; name: string; email: string; password: string }): Promise<Welcomed> =>
  postJson<Welcomed>('/api/v1/set-up', input);

/** Chooses a password by the link of an invitation or a reset. */
export const welcome = (input: { token: string; password: string }): Promise<Welcomed> =>
  postJson<Welcomed>('/api/v1/welcome', input);
