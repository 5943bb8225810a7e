import { isEverywhere, within } from './reach';
import type { Reach, RoleGrant } from './roles';

/** What an administrator may do to a person. */
export const PERSON_ACTIONS = ['setRoles', 'disable', 'enable', 'reset', 'endSessions'] as const;
export type PersonAction = (typeof PERSON_ACTIONS)[number];

/** Who changes: `reach` is where they are an administrator. */
export interface Administrator {
  id: string;
  reach: readonly Reach[];
}

/** Who is changed, as they stand now. */
export interface Changed {
  id: string;
  grants: readonly RoleGrant[];
  disabled: boolean;
  /** They alone are administrator everywhere, of those who can sign in. */
  lastAdmin: boolean;
  sessionCount: number;
}

/** Why not, and who may: the words of the button and of the answer. */
export interface Refusal {
  code: 'forbidden' | 'illegal_action';
  text: string;
  who: string;
}

const ANOTHER = 'another administrator';
const WIDER = 'an administrator whose role reaches as far';

const illegal = (text: string, who = ANOTHER): Refusal => ({ code: 'illegal_action', text, who });

/** Whether an action on a person is allowed now, or why not. Button, API and test ask here. */
export function canChange(action: PersonAction, by: Administrator, person: Changed): true | Refusal {
  if (!masters(by, person.grants)) {
    return { code: 'forbidden', text: 'This person holds roles beyond your own reach.', who: WIDER };
  }
  return REFUSED[action](by, person) ?? true;
}

const REFUSED: Record<PersonAction, (by: Administrator, person: Changed) => Refusal | null> = {
  setRoles: () => null,
  disable: (by, person) => {
    if (person.disabled) return illegal('This person is disabled already.', 'nobody');
    if (person.id === by.id) return illegal('Nobody disables themselves. Another administrator can.');
    if (person.lastAdmin) return illegal('The last administrator cannot be disabled. Make another one first.');
    return null;
  },
  enable: (_by, person) => (person.disabled ? null : illegal('This person is not disabled.', 'nobody')),
  reset: (by, person) => {
    if (person.disabled) return illegal('A disabled person cannot sign in. Enable them first.');
    if (person.id === by.id) return illegal('Change your own password in your account.', 'you, in your account');
    return null;
  },
  endSessions: (_by, person) => (person.sessionCount > 0 ? null : illegal('There is no session to end.', 'nobody')),
};

/** Whether an administrator reaches every place where the grants hold; somebody without any belongs to everywhere. */
export function masters(by: Administrator, grants: readonly RoleGrant[]): boolean {
  if (grants.length === 0) return by.reach.some(isEverywhere);
  return grants.every((grant) => within(by.reach, grant));
}

/** Whether `grants` may be given: to a new person (null), or in place of what a person holds. */
export function canGrant(by: Administrator, person: Changed | null, grants: readonly RoleGrant[]): true | Refusal {
  if (!masters(by, grants)) {
    return { code: 'forbidden', text: 'Nobody gives a role that reaches further than their own.', who: WIDER };
  }
  const admin = grants.filter(({ role }) => role === 'admin');
  if (person !== null && person.id === by.id && !by.reach.every((own) => within(admin, own))) {
    return illegal('Nobody takes their own administrator role away. Another administrator can.');
  }
  if (person?.lastAdmin === true && !admin.some(isEverywhere)) {
    return illegal('The last administrator keeps the role. Make another one first.');
  }
  return true;
}
