'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { asApiError } from '@/client/http';
import { sessionMutations, sessionQueries } from '@/client/session';
import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { useReopen } from './live-provider';
import { useUrlState } from './url-state';

/** Chooses a tenant, or all (null); then everything on screen is read again. */
function useChooseTenant() {
  const queries = useQueryClient();
  const reopen = useReopen();
  const url = useUrlState();
  return useMutation({
    ...sessionMutations.chooseTenant(),
    onSuccess: (session) => {
      const mine = sessionQueries.me().queryKey;
      queries.setQueryData(mine, session);
      // A place in the list of one tenant is none in another's.
      if (url.now().has('cursor')) {
        const params = url.now();
        params.delete('cursor');
        url.replace(params);
      }
      // Rows of the tenant before do not stay on screen until those of this one are there.
      void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== mine[0] });
      reopen();
    },
  });
}

const ALL = '';

/** The tenant that is looked at. Who sees one alone reads its name; where no row has a tenant there is nothing to say. */
export function TenantSwitch() {
  const me = useQuery(sessionQueries.me()).data;
  const choose = useChooseTenant();
  if (me === undefined) return null;
  const { tenant, tenants, allTenants } = me;
  const [only] = tenants;
  if (!allTenants && tenants.length === 1 && only !== undefined && (tenant === null || tenant === only)) {
    return (
      <span className="top-item tenant only" data-tip="Your roles reach this tenant alone">
        <span className="vh">Tenant</span>
        <span className="t1 trunc">{only}</span>
      </span>
    );
  }
  if (tenants.length === 0 && tenant === null) return null;
  const offered = tenant === null || tenants.includes(tenant) ? tenants : [...tenants, tenant].sort();
  return (
    <span className="top-item tenant" data-tip={choose.isError ? asApiError(choose.error).detail : undefined}>
      <Icon name="tenant" size={14} />
      <select
        aria-label="Tenant"
        value={choose.isPending ? (choose.variables.tenant ?? ALL) : (tenant ?? ALL)}
        onChange={({ currentTarget }) =>
          choose.mutate({ tenant: currentTarget.value === ALL ? null : currentTarget.value })
        }
      >
        <option value={ALL}>All tenants</option>
        {offered.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <Icon name="chev-d" size={14} />
    </span>
  );
}

/** Says so where a tenant is chosen of which there is nothing to see, and leads back to all. */
export function NoTenantRows() {
  const me = useQuery(sessionQueries.me()).data;
  const choose = useChooseTenant();
  if (me === undefined || me.tenant === null || me.tenantHasRows) return null;
  return (
    <div className="note no-tenant" role="alert">
      <Icon name="tenant" />
      <span className="grow">
        <span className="t1 m">No rows for tenant {me.tenant}.</span> There are none, or your roles do not reach them.
      </span>
      <Button
        small
        onClick={() => choose.mutate({ tenant: null })}
        disabledReason={choose.isPending ? 'All tenants are being read' : null}
      >
        Show all tenants
      </Button>
    </div>
  );
}
