import type { Reach } from './roles';

/** True where one reach is everywhere. */
export const isEverywhere = ({ tenants, sagaTypes }: Reach): boolean => tenants === null && sagaTypes === null;

/**
 * Whether all that `where` names lies within the reaches: each of its tenants with each of its saga types is in one of
 * them. Everywhere lies only within everywhere.
 */
export function within(reaches: readonly Reach[], where: Reach): boolean {
  return (where.tenants ?? [null]).every((tenant) =>
    (where.sagaTypes ?? [null]).every((type) =>
      reaches.some(({ tenants, sagaTypes }) => has(tenants, tenant) && has(sagaTypes, type)),
    ),
  );
}

/** Names of a list that the reaches know of; null stays: everywhere is no secret. */
function known(
  reaches: readonly Reach[],
  names: readonly string[] | null,
  of: 'tenants' | 'sagaTypes',
): readonly string[] | null {
  return names === null ? null : names.filter((name) => reaches.some((reach) => has(reach[of], name)));
}

/** What of `where` the holder of the reaches may know of; null: nothing, the two share no place. */
export function seenPart<W extends Reach>(reaches: readonly Reach[], where: W): W | null {
  const tenants = known(reaches, where.tenants, 'tenants');
  const sagaTypes = known(reaches, where.sagaTypes, 'sagaTypes');
  if (reaches.length === 0 || tenants?.length === 0 || sagaTypes?.length === 0) return null;
  return { ...where, tenants, sagaTypes };
}

// null as a name is all of them: only a list that is not there has that.
const has = (names: readonly string[] | null, name: string | null): boolean =>
  names === null || (name !== null && names.includes(name));
