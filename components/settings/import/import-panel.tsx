'use client';
import { useQuery } from '@tanstack/react-query';
import { importQueries } from '@/client/imports';
import { Answer } from '@/components/shell/answer';
import { Panel } from '@/components/ui/panel';
import { EmptyState } from '@/components/ui/states';
import { ImportForm } from './import-form';
import { ImportRow } from './import-row';

/** Event logs from elsewhere: a file is chosen, streamed and written whole or not at all. */
export function ImportPanel() {
  const query = useQuery(importQueries.list());
  return (
    <>
      <Panel title="Import an event log" sub="a case becomes an aggregate, an activity an event type">
        <ImportForm />
      </Panel>
      <Panel title="Imports">
        <Answer query={query} what="The list of imports" rows={3}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title="No import yet">
                What was imported stands here, with the lines that were left out. From a terminal:{' '}
                <code>npm run import -- FILE</code>.
              </EmptyState>
            ) : (
              <ul className="imports">
                {items.map((one) => (
                  <ImportRow key={one.id} item={one} />
                ))}
              </ul>
            )
          }
        </Answer>
      </Panel>
    </>
  );
}
