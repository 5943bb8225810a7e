'use client';
import { useQuery } from '@tanstack/react-query';
import { sessionQueries } from '@/client/session';

/** What of a permission a button says: null where the session has it, else why it is off. */
export function useMay(permission: string): string | null {
  const allowed = useQuery(sessionQueries.me()).data?.permissions[permission];
  if (allowed === undefined) return 'What you may do is still being read';
  return allowed === true ? null : allowed.text;
}
