import type { Allowed } from '@/core/contract/sagas';

/** Why a button is off, and who can; null where it is on. */
export const reasonOf = (allowed: Allowed): string | null =>
  allowed === true ? null : `${allowed.text} ${allowed.who}`.trim();
