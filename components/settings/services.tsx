'use client';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { definitionQueries, serviceQueries } from '@/client/definitions';
import { sagaQueries } from '@/client/sagas';
import type { SagaTypeItem } from '@/core/contract/saga-types';
import { Answer } from '@/components/shell/answer';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { Skeleton } from '@/components/ui/skeleton';
import { EmptyState } from '@/components/ui/states';
import { ServiceDialog } from './service-dialog';

/** The services that the declared steps name, with the address that calls go to. */
export function Services() {
  const query = useQuery(sagaQueries.types());
  return (
    <Panel title="Services" sub="called when a step is compensated or retried">
      <Answer query={query} what="The list of saga types" rows={3}>
        {({ items }) => <ServiceTable types={items} />}
      </Answer>
    </Panel>
  );
}

function ServiceTable({ types }: { types: readonly SagaTypeItem[] }) {
  const declared = types.filter((type) => type.definition !== null);
  const definitions = useQueries({ queries: declared.map((type) => definitionQueries.of(type.sagaType)) });
  const names = new Set(
    definitions
      .flatMap((query) => query.data?.body.steps.map((step) => step.service) ?? [])
      .filter((name) => name !== undefined),
  );
  if (names.size === 0 && definitions.some((query) => query.isPending)) {
    return <Skeleton rows={3} rowHeight={34} label="The definitions are being read" />;
  }
  if (names.size === 0) {
    return (
      <EmptyState title="No service yet">
        The services that the steps of a definition name stand here, with their address.
      </EmptyState>
    );
  }
  return (
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
          <th scope="col" className="c-act">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {[...names].sort().map((name) => (
          <ServiceRow key={name} name={name} />
        ))}
      </tbody>
    </table>
  );
}

function ServiceRow({ name }: { name: string }) {
  const query = useQuery({ ...serviceQueries.of(name), retry: false });
  const service = query.data;
  const [changing, setChanging] = useState(false);
  const may = useMay('services.write');
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
      <td className="num">
        <Button
          small
          aria-label={`Change ${name}…`}
          disabledReason={may ?? (query.isPending ? 'Its record is still being read' : null)}
          onClick={() => setChanging(true)}
        >
          Change…
        </Button>
        {changing ? <ServiceDialog name={name} service={service ?? null} onClosed={() => setChanging(false)} /> : null}
      </td>
    </tr>
  );
}
