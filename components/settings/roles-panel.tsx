'use client';
import { useQuery } from '@tanstack/react-query';
import { roleQueries } from '@/client/people';
import type { RolesWire } from '@/core/contract/roles';
import { Answer } from '@/components/shell/answer';
import { Icon } from '@/components/ui/icon';
import { Panel } from '@/components/ui/panel';

/** Which role may do what, from the one table that every use case asks; one's own are marked. */
export function RolesPanel() {
  const query = useQuery(roleQueries.all());
  return (
    <>
      <Panel title="Roles" sub="one may hold several, each everywhere or for some tenants and saga types">
        <Answer query={query} what="The list of roles" rows={6}>
          {({ roles, scopes }) => (
            <dl className="kv facts roles-words">
              {roles.map(({ role, words, held }) => (
                <Line key={role} name={role} words={words} mark={held ? 'yours' : null} />
              ))}
              {scopes.map(({ scope, words }) => (
                <Line key={scope} name={scope} words={words} mark="scope of a token" />
              ))}
            </dl>
          )}
        </Answer>
      </Panel>
      <Panel title="Permissions" sub="from the table that every request is checked against">
        <Answer query={query} what="The table of permissions" rows={12}>
          {(answer) => <Matrix answer={answer} />}
        </Answer>
      </Panel>
    </>
  );
}

function Line({ name, words, mark }: { name: string; words: string; mark: string | null }) {
  return (
    <>
      <dt className="t1 m">{name}</dt>
      <dd className="wrap">
        <span>{words}</span>
        {mark === null ? null : <span className="tag">{mark}</span>}
      </dd>
    </>
  );
}

function Matrix({ answer: { roles, groups } }: { answer: RolesWire }) {
  return (
    // Scrolls within itself, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="matrix-scroll" tabIndex={0} aria-label="Permissions by role">
      <table className="tbl matrix">
        <thead>
          <tr>
            <th scope="col">Permission</th>
            {roles.map(({ role, held }) => (
              <th key={role} scope="col" data-held={held || undefined}>
                {role}
                {held ? <span className="matrix-yours">yours</span> : null}
              </th>
            ))}
            <th scope="col">token with</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.name}>
            <tr className="matrix-group">
              <th scope="rowgroup" colSpan={roles.length + 2}>
                {group.name}
              </th>
            </tr>
            {group.permissions.map((one) => (
              <tr key={one.permission}>
                <th scope="row" title={one.permission}>
                  {one.words}
                </th>
                {roles.map(({ role, held }) => (
                  <td key={role} data-held={held || undefined}>
                    <Mark has={one.roles.includes(role)} />
                  </td>
                ))}
                <td>
                  {one.scopes.length === 0 ? (
                    <span className="t3">
                      <span aria-hidden="true">–</span>
                      <span className="vh">no token</span>
                    </span>
                  ) : (
                    one.scopes.join(', ')
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function Mark({ has }: { has: boolean }) {
  return has ? (
    <>
      <Icon name="check" size={14} />
      <span className="vh">yes</span>
    </>
  ) : (
    <>
      <span className="t3" aria-hidden="true">
        –
      </span>
      <span className="vh">no</span>
    </>
  );
}
