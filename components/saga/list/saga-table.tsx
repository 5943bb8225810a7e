'use client';
import Link from 'next/link';
import { memo, useState, type ReactNode } from 'react';
import type { SagaColumn } from '@/client/saga-columns';
import type { SagaListItem } from '@/core/contract/sagas';
import { AttentionMark, SagaStatusMark } from '@/components/saga/status';
import { StepGlyph } from '@/components/saga/step-glyph';
import { moveCursor } from '@/components/shell/row-cursor';
import { useShortcuts } from '@/components/shell/shortcuts';
import type { SteadyList } from '@/components/shell/steady-list';
import { shortId } from '@/components/ui/id-chip';
import { Age, Duration, RelativeTime } from '@/components/ui/relative-time';
import { SortHead, type SagaSort } from './sort-head';

/** The list of sagas. One link per row reaches over the whole row; J and K move the focus, so that ↵ opens. */
export function SagaTable({
  list,
  sort,
  dim,
  columns,
}: {
  list: SteadyList<SagaListItem>;
  sort: SagaSort;
  dim: boolean;
  columns: readonly SagaColumn[];
}) {
  const [cursor, setCursor] = useState<string | null>(null);
  useShortcuts({ j: () => moveCursor(cursor, 1), k: () => moveCursor(cursor, -1) });
  return (
    <table className="tbl sagas" data-dim={dim || undefined}>
      <colgroup>
        <col className="c-status" />
        {columns.includes('type') ? <col className="c-type" /> : null}
        <col className="c-key" />
        {columns
          .filter((column) => column !== 'type')
          .map((column) => (
            <col key={column} className={`c-${column}`} />
          ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Status</th>
          {columns.includes('type') ? HEADS.type(sort) : null}
          <th scope="col">Business key</th>
          {columns.filter((column) => column !== 'type').map((column) => HEADS[column](sort))}
        </tr>
      </thead>
      <tbody {...list.bind}>
        {list.rows.map((saga) => (
          <Row
            key={saga.sagaId}
            saga={saga}
            isCursor={saga.sagaId === cursor}
            isNew={list.isNew(saga)}
            columns={columns}
            onFocus={setCursor}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  saga: SagaListItem;
  isCursor: boolean;
  isNew: boolean;
  columns: readonly SagaColumn[];
  onFocus: (sagaId: string) => void;
}

// Ten times a second the list may be read again: only the rows that changed are drawn again.
const Row = memo(
  function Row({ saga, isCursor, isNew, columns, onFocus }: RowProps) {
    return (
      <tr className={`${isCursor ? 'cur' : ''} ${isNew ? 'enter' : ''}`}>
        <td>
          <span className="row row-6">
            <SagaStatusMark status={saga.status} />
            {saga.attention === null ? null : <AttentionMark reason={saga.attention.reason} />}
          </span>
        </td>
        {columns.includes('type') ? CELLS.type(saga) : null}
        <KeyCell saga={saga} onFocus={() => onFocus(saga.sagaId)} />
        {columns.filter((column) => column !== 'type').map((column) => CELLS[column](saga))}
      </tr>
    );
  },
  (before, after) =>
    before.saga === after.saga &&
    before.isCursor === after.isCursor &&
    before.isNew === after.isNew &&
    before.columns.join() === after.columns.join(),
);

const plainHead = (column: SagaColumn, words: string, numeric = false): ReactNode => (
  <th key={column} scope="col" className={numeric ? `num c-${column}` : `c-${column}`}>
    {words}
  </th>
);

const HEADS: Record<SagaColumn, (sort: SagaSort) => ReactNode> = {
  type: () => plainHead('type', 'Type'),
  step: () => plainHead('step', 'Current step'),
  error: () => plainHead('error', 'Last error'),
  tenant: () => plainHead('tenant', 'Tenant'),
  age: (sort) => (
    <SortHead key="age" field="startedAt" sort={sort}>
      Age
    </SortHead>
  ),
  duration: () => plainHead('duration', 'Duration', true),
  updated: (sort) => (
    <SortHead key="updated" field="updatedAt" sort={sort}>
      Updated
    </SortHead>
  ),
};

const isOpen = ({ status }: SagaListItem): boolean => status === 'RUNNING' || status === 'COMPENSATING';

const CELLS: Record<SagaColumn, (saga: SagaListItem) => ReactNode> = {
  type: ({ sagaType }) => (
    <td key="type" className="t2 c-type" title={sagaType}>
      {sagaType}
    </td>
  ),
  step: (saga) => (
    <td key="step" className="c-step">
      <span className="step">
        <StepGlyph steps={saga.steps} />
        <span
          className={isOpen(saga) || saga.attention !== null ? 'mono trunc' : 'mono trunc t3'}
          title={saga.currentStep ?? undefined}
        >
          {saga.currentStep ?? '–'}
        </span>
      </span>
    </td>
  ),
  error: ({ lastError }) => (
    <td key="error" className="c-error" title={lastError?.code}>
      {lastError === null ? (
        <span className="t3">–</span>
      ) : (
        <>
          <span className="mono">{lastError.code}</span>{' '}
          {lastError.attempts > 1 ? <span className="t3 fs12">×{lastError.attempts}</span> : null}
        </>
      )}
    </td>
  ),
  tenant: ({ tenantId }) => (
    <td key="tenant" className="t2 c-tenant" title={tenantId ?? 'It has no tenant'}>
      {tenantId ?? '–'}
    </td>
  ),
  age: ({ startedAt }) => (
    <td key="age" className="num t2 c-age">
      <Age at={startedAt} />
    </td>
  ),
  duration: (saga) => (
    <td key="duration" className="num c-duration">
      <Duration from={saga.startedAt} to={isOpen(saga) ? null : saga.updatedAt} />
    </td>
  ),
  updated: ({ updatedAt }) => (
    <td key="updated" className="num t2">
      <RelativeTime at={updatedAt} />
    </td>
  ),
};

function KeyCell({ saga, onFocus }: { saga: SagaListItem; onFocus: () => void }) {
  return (
    <td className="mono c-key" title={saga.businessKey ?? saga.sagaId}>
      <Link
        href={`/sagas/${saga.sagaId}`}
        prefetch={false}
        className="row-link"
        data-row={saga.sagaId}
        onFocus={onFocus}
      >
        {saga.businessKey === null ? <span className="vh">Saga </span> : null}
        {saga.businessKey ?? shortId(saga.sagaId)}
      </Link>
      <span className="narrow fs12 t3">
        <StepGlyph steps={saga.steps} />
        <span className="trunc">{saga.lastError?.code ?? saga.currentStep ?? saga.sagaType}</span>
      </span>
    </td>
  );
}
