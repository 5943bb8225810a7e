import type { PersonWire } from '@/core/contract/people';
import { reachWords } from '@/core/narrative/access';

/** Roles with where they hold, one each line. */
export function Grants({ person }: { person: Pick<PersonWire, 'grants'> }) {
  if (person.grants.length === 0) return <span className="t3">no role</span>;
  return (
    <ul>
      {person.grants.map((grant) => (
        <li key={JSON.stringify(grant)}>
          <span className="m">{grant.role}</span> <span className="t2">{reachWords(grant)}</span>
        </li>
      ))}
    </ul>
  );
}
