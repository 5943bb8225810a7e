'use client';
import type { RoleGrantWire } from '@/core/contract/people';
import { ROLE_WORDS, ROLES } from '@/core/people/roles';
import { NameList } from '@/components/settings/name-list';
import { useKnownPlaces } from '@/components/settings/use-known-places';
import { Button } from '@/components/ui/button';

/** The roles of a person, each with the tenants and saga types where it holds. */
export function GrantsEditor({
  grants,
  onChange,
}: {
  grants: readonly RoleGrantWire[];
  onChange: (grants: RoleGrantWire[]) => void;
}) {
  const places = useKnownPlaces();
  const set = (at: number, parts: Partial<RoleGrantWire>) =>
    onChange(grants.map((grant, n) => (n === at ? { ...grant, ...parts } : grant)));
  return (
    <div className="dlg-s">
      <h3>Roles</h3>
      {grants.map((grant, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a role may be held twice; its place is its name
        <fieldset key={at} className="grant" aria-label={`Role ${at + 1}`}>
          <div className="grant-role">
            <select
              aria-label="Role"
              className="input"
              value={grant.role}
              onChange={(event) => {
                const role = ROLES.find((one) => one === event.target.value);
                if (role) set(at, { role });
              }}
            >
              {ROLES.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>
            <p className="fs12 t2 grow">{ROLE_WORDS[grant.role]}</p>
            <Button
              small
              variant="ghost"
              icon="x"
              label={`Remove role ${at + 1}`}
              disabledReason={grants.length === 1 ? 'A person holds one role at least' : null}
              onClick={() => onChange(grants.filter((_, n) => n !== at))}
            />
          </div>
          <NameList
            label="Tenants"
            all="all tenants"
            known={places.tenants}
            values={grant.tenants}
            onChange={(tenants) => set(at, { tenants })}
          />
          <NameList
            label="Saga types"
            all="all saga types"
            known={places.sagaTypes}
            values={grant.sagaTypes}
            onChange={(sagaTypes) => set(at, { sagaTypes })}
          />
        </fieldset>
      ))}
      <Button
        small
        icon="plus"
        onClick={() => onChange([...grants, { role: 'viewer', tenants: places.own, sagaTypes: null }])}
      >
        Add a role
      </Button>
    </div>
  );
}
