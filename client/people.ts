import { mutationOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import type {
  InviteInput,
  PeopleList,
  PersonDetail,
  PersonWire,
  PersonWithLink,
  RoleGrantWire,
} from '@/core/contract/people';
import type { RolesWire } from '@/core/contract/roles';
import { getJson, postJson, queryString } from './http';

const path = (id: string) => `/api/v1/people/${encodeURIComponent(id)}`;

/** What the list of people is asked for. */
export interface PeopleFilters {
  q: string;
  cursor: string;
}

/** Live key `people` names all of them. */
export const peopleQueries = {
  list: (filters: PeopleFilters) =>
    queryOptions({
      queryKey: ['people', 'list', filters],
      queryFn: ({ signal }) => getJson<PeopleList>(`/api/v1/people${queryString({ ...filters })}`, signal),
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['people', 'one', id],
      queryFn: ({ signal }) => getJson<PersonDetail>(path(id), signal),
    }),
};

/** Which role and which scope may do what. */
export const roleQueries = {
  all: () =>
    queryOptions({ queryKey: ['roles'], queryFn: ({ signal }) => getJson<RolesWire>('/api/v1/roles', signal) }),
};

/** The version that was looked at: a change in between is refused as stale. */
type Seen = Pick<PersonWire, 'id' | 'version'>;

/** Changes of people. None is tried again by itself: whether it was taken is seen in the list. */
export const personMutations = {
  invite: () =>
    mutationOptions({
      mutationFn: (input: InviteInput) => postJson<PersonWithLink>('/api/v1/people', input),
      // The link is in the answer alone: it is not kept for a later look.
      gcTime: 0,
      networkMode: 'always',
    }),
  setRoles: () =>
    mutationOptions({
      mutationFn: ({ id, version, grants }: Seen & { grants: RoleGrantWire[] }) =>
        postJson<PersonWire>(`${path(id)}/roles`, { version, grants }),
      networkMode: 'always',
    }),
  disable: () =>
    mutationOptions({
      mutationFn: ({ id, version, revokeTokens }: Seen & { revokeTokens: boolean }) =>
        postJson<PersonWire>(`${path(id)}/disable`, { version, revokeTokens }),
      networkMode: 'always',
    }),
  enable: () =>
    mutationOptions({
      mutationFn: ({ id, version }: Seen) => postJson<PersonWire>(`${path(id)}/enable`, { version }),
      networkMode: 'always',
    }),
  endSessions: () =>
    mutationOptions({
      mutationFn: ({ id, version }: Seen) => postJson<PersonWire>(`${path(id)}/end-sessions`, { version }),
      networkMode: 'always',
    }),
  reset: () =>
    mutationOptions({
      mutationFn: ({ id, version }: Seen) => postJson<PersonWithLink>(`${path(id)}/reset`, { version }),
      networkMode: 'always',
    }),
};

/** Shows a person as the answer of a change has them, until they are read again. */
export function showChanged(queries: QueryClient, person: PersonWire): void {
  queries.setQueryData(peopleQueries.one(person.id).queryKey, (before) =>
    before === undefined
      ? before
      : { ...before, ...person, sessions: person.sessionCount === 0 ? [] : before.sessions },
  );
}
