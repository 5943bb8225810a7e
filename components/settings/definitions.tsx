'use client';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { definitionQueries, serviceQueries } from '@/client/definitions';
import { sagaQueries } from '@/client/sagas';
import type { SagaTypeItem } from '@/core/contract/saga-types';
import { definitionWords } from '@/components/overview/types-panel';
import { Answer } from '@/components/shell/answer';
import { CopyButton } from '@/components/ui/copy';
import { wholeWords } from '@/components/ui/number-words';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState } from '@/components/ui/states';

/** What each type of saga is declared to be, and the services that its steps name. */
export function Definitions() {
  const query = useQuery(sagaQueries.types());
  return (
    <>
      <Panel title="Definitions" className="wide" sub="what a type of saga is declared to be">
        <Answer query={query} what="The list of saga types" rows={3}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No saga type yet">
                A type appears with its first row. Declare one with <code>npm run define -- FILE</code>.
              </EmptyState>
            ) : (
              <div>
                {items.map((type) => (
                  <TypeDefinition key={type.sagaType} type={type} />
                ))}
              </div>
            )
          }
        </Answer>
      </Panel>
      {query.data === undefined ? null : <Services types={query.data.items} />}
    </>
  );
}

function TypeDefinition({ type }: { type: SagaTypeItem }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="definition" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="mono trunc">{type.sagaType}</span>
        <span className="tag">{definitionWords(type.definition)}</span>
        <span className="right fs12 t3">{wholeWords(type.total)} sagas</span>
      </summary>
      {open ? <Body type={type} /> : null}
    </details>
  );
}

function Body({ type }: { type: SagaTypeItem }) {
  const query = useQuery({ ...definitionQueries.of(type.sagaType), enabled: type.definition !== null });
  if (type.definition === null) {
    return (
      <p className="definition-body t2">
        Learning: its failures raise attention, but whether a saga is finished or stuck cannot be told. Declare it with{' '}
        <code>npm run define -- FILE</code>.
      </p>
    );
  }
  return (
    <Answer query={query} what={`The definition of ${type.sagaType}`} rows={4}>
      {(definition) => {
        const text = JSON.stringify(definition.body, null, 2);
        return (
          <div className="definition-body">
            <p className="fs12 t2 row">
              Version {definition.version}, {definition.source}, in force since{' '}
              <RelativeTime at={definition.inForceFrom} />
              {definition.versions.length > 1 ? ` · ${definition.versions.length} versions` : ''}
              <CopyButton text={text} label="Copy the definition" className="btn sm right">
                Copy
              </CopyButton>
            </p>
            <pre className="mono raw">{text}</pre>
          </div>
        );
      }}
    </Answer>
  );
}

/** The services that the declared steps name, with the address that calls go to. */
function Services({ types }: { types: readonly SagaTypeItem[] }) {
  const declared = types.filter((type) => type.definition !== null);
  const definitions = useQueries({ queries: declared.map((type) => definitionQueries.of(type.sagaType)) });
  const names = new Set(
    definitions
      .flatMap((query) => query.data?.body.steps.map((step) => step.service) ?? [])
      .filter((name) => name !== undefined),
  );
  return (
    <Panel title="Services" className="wide" sub="called when a step is compensated or retried">
      {names.size === 0 ? (
        <EmptyState title="No service yet">
          The services that the steps of a definition name stand here, with their address.
        </EmptyState>
      ) : (
        <table className="tbl services">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Address</th>
              <th scope="col" className="wide-only">
                Evidence
              </th>
              <th scope="col" className="wide-only">
                Secret from
              </th>
            </tr>
          </thead>
          <tbody>
            {[...names].sort().map((name) => (
              <ServiceRow key={name} name={name} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function ServiceRow({ name }: { name: string }) {
  const query = useQuery({ ...serviceQueries.of(name), retry: false });
  const service = query.data;
  return (
    <tr>
      <td className="mono">{name}</td>
      <td className="mono" title={service?.url}>
        {service?.url ?? <span className="t3">{query.isError ? 'not declared: it cannot be called' : ''}</span>}
      </td>
      <td className="wide-only">
        {service === undefined ? '' : service.evidence === 'log' ? 'its log row' : 'its answer'}
      </td>
      <td className="mono wide-only">
        {service?.secretEnv ?? <span className="t3">{service === undefined ? '' : 'unsigned'}</span>}
      </td>
    </tr>
  );
}
