'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { definitionQueries } from '@/client/definitions';
import { sagaQueries } from '@/client/sagas';
import type { SagaTypeItem } from '@/core/contract/saga-types';
import { definitionWords } from '@/components/overview/types-panel';
import { Answer } from '@/components/shell/answer';
import { useMay } from '@/components/shell/use-may';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy';
import { counted } from '@/core/narrative/counted';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState } from '@/components/ui/states';
import { DeclareDialog } from './declare-dialog';

/** What each type of saga is declared to be. */
export function Definitions() {
  const query = useQuery(sagaQueries.types());
  const offReason = useMay('definitions.write');
  const [declaring, setDeclaring] = useState(false);
  return (
    <Panel
      title="Definitions"
      sub="what a type of saga is declared to be"
      right={
        <Button small icon="plus" disabledReason={offReason} onClick={() => setDeclaring(true)}>
          Declare…
        </Button>
      }
    >
      {declaring ? <DeclareDialog onClosed={() => setDeclaring(false)} /> : null}
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
  );
}

function TypeDefinition({ type }: { type: SagaTypeItem }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="definition" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="mono trunc">{type.sagaType}</span>
        <span className="tag">{definitionWords(type.definition)}</span>
        <span className="right fs12 t3">{counted(type.total, 'saga')}</span>
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
