import {
  AccountWire,
  ChangePasswordInput,
  EndSessionInput,
  SessionsEnded,
  SetUpInput,
  Welcomed,
  WelcomeInput,
} from '@/core/contract/account';
import { ChooseTenantInput, SessionWire } from '@/core/contract/session';
import { NoInput } from './no-input';

const OWN = ['invalid', 'unauthenticated', 'forbidden', 'unavailable', 'too_large'] as const;
const LINK = ['invalid', 'forbidden', 'not_found', 'unavailable', 'too_large'] as const;

/** The routes of one's own account, and of the one-time links that make one. */
export const ACCOUNT_OPERATIONS = [
  {
    method: 'get',
    path: '/api/v1/session',
    summary: 'Who asks, the roles or scopes that they hold, and what they may do',
    input: NoInput,
    answer: { schema: SessionWire },
    problems: ['invalid', 'unauthenticated', 'forbidden', 'unavailable'],
  },
  {
    method: 'post',
    path: '/api/v1/session/tenant',
    summary: 'Look at one tenant from now on, or at all of one’s own (null); sets a cookie',
    input: ChooseTenantInput,
    answer: { schema: SessionWire },
    body: 'fields',
    problems: OWN,
  },
  {
    method: 'post',
    path: '/api/v1/set-up',
    summary: 'Make the first administrator by the one-time link of the terminal; open to whoever has it',
    input: SetUpInput,
    answer: { schema: Welcomed },
    body: 'fields',
    problems: LINK,
  },
  {
    method: 'post',
    path: '/api/v1/welcome',
    summary: 'Choose a password by the one-time link of an invitation or a reset; open to whoever has it',
    input: WelcomeInput,
    answer: { schema: Welcomed },
    body: 'fields',
    problems: LINK,
  },
  {
    method: 'get',
    path: '/api/v1/account',
    summary: 'One’s own account, and where it is signed in',
    input: NoInput,
    answer: { schema: AccountWire },
    problems: OWN,
  },
  {
    method: 'post',
    path: '/api/v1/account/password',
    summary: 'Change one’s own password; every other session of one’s own ends',
    input: ChangePasswordInput,
    answer: { schema: SessionsEnded },
    body: 'fields',
    problems: [...OWN, 'rate_limited'],
  },
  {
    method: 'post',
    path: '/api/v1/account/sessions/end',
    summary: 'End one of one’s own sessions',
    input: EndSessionInput,
    answer: { schema: SessionsEnded },
    body: 'fields',
    problems: [...OWN, 'not_found'],
  },
  {
    method: 'post',
    path: '/api/v1/account/sign-out-everywhere',
    summary: 'End every session of one’s own, this one too',
    input: NoInput,
    answer: { schema: SessionsEnded },
    body: 'fields',
    problems: OWN,
  },
] as const;
