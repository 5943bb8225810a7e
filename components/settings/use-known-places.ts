'use client';
import { useQuery } from '@tanstack/react-query';
import { sagaQueries } from '@/client/sagas';
import { sessionQueries } from '@/client/session';

/** The tenants and saga types that have been seen, as suggestions; `own`: the places that a new role begins with. */
export function useKnownPlaces(): { tenants: string[]; sagaTypes: string[]; own: string[] | null } {
  const session = useQuery(sessionQueries.me()).data;
  const types = useQuery(sagaQueries.types()).data;
  const tenants = session?.tenants ?? [];
  return {
    tenants,
    sagaTypes: types?.items.map(({ sagaType }) => sagaType) ?? [],
    own: session === undefined || session.allTenants || tenants.length === 0 ? null : tenants,
  };
}
