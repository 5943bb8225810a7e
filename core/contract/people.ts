import { z } from 'zod';
import { ROLES } from '../people/roles';
import { Allowed } from './sagas';
import { page, PageInput, Time } from './wire';

const Names = z.array(z.string().trim().min(1).max(200)).min(1).max(200);
/** Where a role or a token holds; null: everywhere. An empty list, which would be nowhere, is refused. */
export const ReachInput = { tenants: Names.nullable(), sagaTypes: Names.nullable() };

/** A role as a person is to hold it. */
export const RoleGrantWire = z.object({ role: z.enum(ROLES), ...ReachInput });
export type RoleGrantWire = z.infer<typeof RoleGrantWire>;
const GrantsInput = z.array(RoleGrantWire).min(1, 'a person holds one role at least').max(50);

/** What stands against each change of a person, or true. */
const AllowedChanges = z.object({
  setRoles: Allowed,
  disable: Allowed,
  enable: Allowed,
  reset: Allowed,
  endSessions: Allowed,
});

export const PersonWire = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  /** Of roles beyond the reader's own reach only the places that the two share. */
  grants: z.array(RoleGrantWire),
  /** Sent back with a change: another one in between is a stale view. */
  version: z.int(),
  createdAt: Time,
  /** null: never signed in. */
  lastSeenAt: Time.nullable(),
  sessionCount: z.int(),
  disabledAt: Time.nullable(),
  isDemo: z.boolean(),
  /** They were invited and have not accepted; `expiresAt`: of the newest link, null where there is none any more. */
  invitation: z.object({ expiresAt: Time.nullable() }).nullable(),
  /** Tokens that they made and that still work: they outlive their maker. */
  tokenCount: z.int(),
  /** Who asks is this person. */
  isYou: z.boolean(),
  allowed: AllowedChanges,
});
export type PersonWire = z.infer<typeof PersonWire>;

export const PeopleInput = z.object({
  ...PageInput,
  /** Part of a name or an e-mail address. */
  q: z.string().trim().max(200).optional(),
});
export type PeopleInput = z.infer<typeof PeopleInput>;
export const PeopleList = page(PersonWire);
export type PeopleList = z.infer<typeof PeopleList>;

const personId = z.string().min(1).max(100);
export const PersonInput = z.object({ personId });
export type PersonInput = z.infer<typeof PersonInput>;

/** A person with each of their sessions, newest first. */
export const PersonDetail = PersonWire.extend({
  sessions: z.array(
    z.object({ createdAt: Time, expiresAt: Time, address: z.string().nullable(), userAgent: z.string().nullable() }),
  ),
});
export type PersonDetail = z.infer<typeof PersonDetail>;

export const InviteInput = z.object({
  name: z.string().trim().min(1).max(120),
  email: z.email('this is no e-mail address').max(254),
  grants: GrantsInput,
});
export type InviteInput = z.infer<typeof InviteInput>;

/** The version of the person that was looked at. */
const version = z.int().min(1);
export const ChangePersonInput = z.object({ personId, version });
export type ChangePersonInput = z.infer<typeof ChangePersonInput>;
export const SetRolesInput = z.object({ personId, version, grants: GrantsInput });
export type SetRolesInput = z.infer<typeof SetRolesInput>;
export const DisablePersonInput = z.object({
  personId,
  version,
  /** Also revokes the tokens that they made; else these go on working. */
  revokeTokens: z.boolean().default(false),
});
export type DisablePersonInput = z.infer<typeof DisablePersonInput>;

/** A one-time link, from the console's origin on: shown once, only its hash is kept. */
export const LinkWire = z.object({ path: z.string(), purpose: z.enum(['invitation', 'reset']), expiresAt: Time });
export type LinkWire = z.infer<typeof LinkWire>;

export const PersonWithLink = z.object({ person: PersonWire, link: LinkWire });
export type PersonWithLink = z.infer<typeof PersonWithLink>;
