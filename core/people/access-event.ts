import { z } from 'zod';
import { eventBodies } from '../journal/event-body';
import { ROLES, TOKEN_SCOPES } from './roles';

const names = z.array(z.string()).nullable();
const grants = z.array(z.object({ role: z.enum(ROLES), tenants: names, sagaTypes: names }));
const event = <T extends string, S extends z.core.$ZodLooseShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), by: z.string(), ...shape });
const person = { personId: z.string(), email: z.string() };
const token = { tokenId: z.string(), name: z.string(), prefix: z.string() };

const AccessEvent = z.discriminatedUnion('type', [
  event('PersonInvited', { ...person, name: z.string(), grants }),
  event('RolesChanged', { ...person, before: grants, after: grants }),
  event('PersonDisabled', { ...person, sessionsEnded: z.number() }),
  event('PersonEnabled', person),
  event('PersonReset', { ...person, purpose: z.enum(['invitation', 'reset']), sessionsEnded: z.number() }),
  event('SessionsEnded', { ...person, sessionsEnded: z.number() }),
  event('FirstAdministratorMade', { ...person, way: z.enum(['environment', 'link']) }),
  event('InvitationAccepted', person),
  event('SingleSignOnLinked', person),
  event('PasswordReset', person),
  event('PasswordChanged', { ...person, sessionsEnded: z.number() }),
  event('SessionEnded', person),
  event('SignedOutEverywhere', { ...person, sessionsEnded: z.number() }),
  event('TokenMade', {
    ...token,
    scopes: z.array(z.enum(TOKEN_SCOPES)),
    tenants: names,
    sagaTypes: names,
    expiresAt: z.string(),
  }),
  event('TokenRevoked', token),
]);

/** What was done to people and tokens, as the journal keeps it: never a secret, never a link. `by`: an e-mail address. */
export type AccessEvent = z.infer<typeof AccessEvent>;

export const { textOf: accessEventText, eventOf: accessEventOf } = eventBodies<AccessEvent>(AccessEvent);
