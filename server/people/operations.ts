import {
  ChangePersonInput,
  DisablePersonInput,
  InviteInput,
  PeopleInput,
  PeopleList,
  PersonDetail,
  PersonInput,
  PersonWire,
  PersonWithLink,
  SetRolesInput,
} from '@/core/contract/people';
import { RolesWire } from '@/core/contract/roles';
import { MadeToken, MakeTokenInput, TokenInput, TokenList, TokensInput, TokenWire } from '@/core/contract/tokens';
import type { ProblemCode } from '@/core/contract/wire';
import { NoInput } from '@/server/http/no-input';
import type { Operation } from '@/server/http/operation';

const READ = ['invalid', 'unauthenticated', 'forbidden', 'unavailable'] as const satisfies readonly ProblemCode[];
const WRITE = [...READ, 'too_large', 'not_found', 'stale_view', 'illegal_action'] as const;

/** A change of one person: POST /people/{personId}/NAME. */
const change = (name: string, summary: string, input: Operation['input'], answer: Operation['answer']): Operation => ({
  method: 'post',
  path: `/api/v1/people/{personId}/${name}`,
  summary,
  input,
  answer,
  body: 'fields',
  problems: WRITE,
});

/** The routes of people, roles and tokens. */
export const PEOPLE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/people',
    summary: 'A page of people by name, with their roles and where these hold',
    input: PeopleInput,
    answer: { schema: PeopleList },
    problems: READ,
  },
  {
    method: 'post',
    path: '/api/v1/people',
    summary: 'Invite a person; the answer has the one-time link, which is shown nowhere else',
    input: InviteInput,
    answer: { schema: PersonWithLink },
    body: 'fields',
    problems: [...READ, 'too_large', 'duplicate'],
  },
  {
    method: 'get',
    path: '/api/v1/people/{personId}',
    summary: 'One person with their open sessions',
    input: PersonInput,
    answer: { schema: PersonDetail },
    problems: [...READ, 'not_found'],
  },
  change('roles', 'Set the roles of a person', SetRolesInput, { schema: PersonWire }),
  change('disable', 'Disable a person: their sessions end at once', DisablePersonInput, { schema: PersonWire }),
  change('enable', 'Let a disabled person sign in again', ChangePersonInput, { schema: PersonWire }),
  change(
    'reset',
    'End the password and sessions of a person; the answer has the link to a new one',
    ChangePersonInput,
    {
      schema: PersonWithLink,
    },
  ),
  change('end-sessions', 'Sign a person out everywhere', ChangePersonInput, { schema: PersonWire }),
  {
    method: 'get',
    path: '/api/v1/tokens',
    summary: 'A page of tokens, newest first: those that work, or those that ended',
    input: TokensInput,
    answer: { schema: TokenList },
    problems: READ,
  },
  {
    method: 'post',
    path: '/api/v1/tokens',
    summary: 'Make a token; the answer has its secret, which is shown nowhere else',
    input: MakeTokenInput,
    answer: { schema: MadeToken },
    body: 'fields',
    problems: [...READ, 'too_large'],
  },
  {
    method: 'post',
    path: '/api/v1/tokens/{tokenId}/revoke',
    summary: 'Revoke a token: its next request is answered 401',
    input: TokenInput,
    answer: { schema: TokenWire },
    body: 'fields',
    problems: WRITE,
  },
  {
    method: 'get',
    path: '/api/v1/roles',
    summary: 'Which role and which scope of a token may do what',
    input: NoInput,
    answer: { schema: RolesWire },
    problems: READ,
  },
];
