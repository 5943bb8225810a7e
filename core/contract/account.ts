import { z } from 'zod';
import { Time } from './wire';

/** A password has at least this many characters. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

const Password = z
  .string()
  .min(SHORTEST_PASSWORD, `a password has at least ${SHORTEST_PASSWORD} characters`)
  .max(LONGEST_PASSWORD, `a password has at most ${LONGEST_PASSWORD} characters`);
const LinkToken = z.string().max(200);

export const SetUpInput = z.object({
  token: LinkToken,
  name: z.string().trim().min(1, 'say your name').max(120),
  email: z.email('this is not an e-mail address').max(254),
  password: Password,
});
export const WelcomeInput = z.object({ token: LinkToken, password: Password });
/** With which address the password that was chosen signs in. */
export const Welcomed = z.object({ email: z.string() });
export type Welcomed = z.infer<typeof Welcomed>;

export const ChangePasswordInput = z.object({ currentPassword: z.string().max(1_024), newPassword: Password });
export const EndSessionInput = z.object({ id: z.string().max(64) });
export const SessionsEnded = z.object({ ended: z.int() });
export type SessionsEnded = z.infer<typeof SessionsEnded>;

/** One's own account: how one signs in, and where one is signed in. */
export const AccountWire = z.object({
  name: z.string(),
  email: z.string(),
  /** Whether there is a password to change: who comes by single sign-on may have none. */
  hasPassword: z.boolean(),
  /** Name of the provider that one signs in with; null: none yet. */
  signsInWith: z.string().nullable(),
  sessions: z.array(
    z.object({
      id: z.string(),
      /** In words: Firefox on Linux. */
      device: z.string(),
      address: z.string().nullable(),
      signedInAt: Time,
      lastSeenAt: Time,
      current: z.boolean(),
    }),
  ),
});
export type AccountWire = z.infer<typeof AccountWire>;
