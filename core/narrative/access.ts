import type { AccessEvent } from '../people/access-event';
import type { Reach, RoleGrant } from '../people/roles';
import { isolated } from './isolated';

type Of<T extends AccessEvent['type']> = Extract<AccessEvent, { type: T }>;

const list = (names: readonly string[]): string => names.map(isolated).join(', ');

/** Where a role or a token holds: `everywhere`, `in acme`, `for order_fulfilment in acme`. */
export function reachWords({ tenants, sagaTypes }: Reach): string {
  const types = sagaTypes === null ? '' : `for ${list(sagaTypes)}`;
  const where = tenants === null ? '' : `in ${list(tenants)}`;
  return types === '' && where === '' ? 'everywhere' : [types, where].filter((part) => part !== '').join(' ');
}

/** Roles in words: `operator in acme; viewer everywhere`. */
export const grantsWords = (grants: readonly RoleGrant[]): string =>
  grants.length === 0 ? 'no role' : grants.map((grant) => `${grant.role} ${reachWords(grant)}`).join('; ');

const ended = (count: number): string =>
  count === 0 ? 'No session was open.' : count === 1 ? '1 session ended.' : `${count} sessions ended.`;

const SENTENCE: { [T in AccessEvent['type']]: (event: Of<T>) => string } = {
  PersonInvited: ({ by, name, email, grants }) =>
    `${isolated(by)} invited ${isolated(name)} (${isolated(email)}) as ${grantsWords(grants)}.`,
  RolesChanged: ({ by, email, before, after }) =>
    `${isolated(by)} changed the roles of ${isolated(email)} from ${grantsWords(before)} to ${grantsWords(after)}.`,
  PersonDisabled: ({ by, email, sessionsEnded }) =>
    `${isolated(by)} disabled ${isolated(email)}. ${ended(sessionsEnded)}`,
  PersonEnabled: ({ by, email }) => `${isolated(by)} enabled ${isolated(email)} again.`,
  PersonReset: ({ by, email, purpose, sessionsEnded }) =>
    purpose === 'invitation'
      ? `${isolated(by)} made a new invitation link for ${isolated(email)}.`
      : `${isolated(by)} reset the password of ${isolated(email)} by a link. ${ended(sessionsEnded)}`,
  SessionsEnded: ({ by, email, sessionsEnded }) =>
    `${isolated(by)} signed ${isolated(email)} out everywhere. ${ended(sessionsEnded)}`,
  FirstAdministratorMade: ({ email, way }) =>
    way === 'environment'
      ? `${isolated(email)} became the first administrator, as the environment says.`
      : `${isolated(email)} became the first administrator by the link on the terminal.`,
  InvitationAccepted: ({ email }) => `${isolated(email)} accepted the invitation and chose a password.`,
  SingleSignOnLinked: ({ email }) => `${isolated(email)} signed in by single sign-on for the first time.`,
  PasswordReset: ({ email }) => `${isolated(email)} chose a new password by a link. Every session ended.`,
  PasswordChanged: ({ email, sessionsEnded }) => `${isolated(email)} changed the password. ${ended(sessionsEnded)}`,
  SessionEnded: ({ email }) => `${isolated(email)} ended one of their sessions.`,
  SignedOutEverywhere: ({ email, sessionsEnded }) =>
    `${isolated(email)} signed out everywhere. ${ended(sessionsEnded)}`,
  TokenMade: (event) =>
    `${isolated(event.by)} made token ${isolated(event.name)} (${event.prefix}…) for ${event.scopes.join(', ')} ${reachWords(event)}, good until ${event.expiresAt.slice(0, 10)}.`,
  TokenRevoked: ({ by, name, prefix }) => `${isolated(by)} revoked token ${isolated(name)} (${prefix}…).`,
};

const say = <T extends AccessEvent['type']>(type: T, event: Of<T>): string => SENTENCE[type](event);

/** What was done to people and tokens, in a sentence. */
export const accessText = (event: AccessEvent): string => say(event.type, event);
