'use client';
import Link from 'next/link';
import { useState } from 'react';
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
export function SagaTable({ list, sort, dim }: { list: SteadyList<SagaListItem>; sort: SagaSort; dim: boolean }) {
  const [cursor, setCursor] = useState<string | null>(null);
  useShortcuts({ j: () => moveCursor(cursor, 1), k: () => moveCursor(cursor, -1) });
  return (
    <table className="tbl sagas" data-dim={dim || undefined}>
      <colgroup>
        <col className="c-status" />
        <col className="c-type" />
        <col className="c-key" />
        <col className="c-step" />
        <col className="c-error" />
        <col className="c-age" />
        <col className="c-duration" />
        <col className="c-updated" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col" className="c-type">
            Type
          </th>
          <th scope="col">Business key</th>
          <th scope="col" className="c-step">
            Current step
          </th>
          <th scope="col" className="c-error">
            Last error
          </th>
          <SortHead field="startedAt" sort={sort}>
            Age
          </SortHead>
          <th scope="col" className="num c-duration">
            Duration
          </th>
          <SortHead field="updatedAt" sort={sort}>
            Updated
          </SortHead>
        </tr>
      </thead>
      <tbody {...list.bind}>
        {list.rows.map((saga) => (
          <tr key={saga.sagaId} className={`${saga.sagaId === cursor ? 'cur' : ''} ${list.isNew(saga) ? 'enter' : ''}`}>
            <SagaCells saga={saga} onFocus={() => setCursor(saga.sagaId)} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SagaCells({ saga, onFocus }: { saga: SagaListItem; onFocus: () => void }) {
  const open = saga.status === 'RUNNING' || saga.status === 'COMPENSATING';
  const moving = open || saga.attention !== null;
  return (
    <>
      <td>
        <span className="row row-6">
          <SagaStatusMark status={saga.status} />
          {saga.attention === null ? null : <AttentionMark reason={saga.attention.reason} />}
        </span>
      </td>
      <td className="t2 c-type" title={saga.sagaType}>
        {saga.sagaType}
      </td>
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
      <td className="c-step">
        <span className="step">
          <StepGlyph steps={saga.steps} />
          <span className={moving ? 'mono trunc' : 'mono trunc t3'} title={saga.currentStep ?? undefined}>
            {saga.currentStep ?? '–'}
          </span>
        </span>
      </td>
      <td className="c-error" title={saga.lastError?.code}>
        {saga.lastError === null ? (
          <span className="t3">–</span>
        ) : (
          <>
            <span className="mono">{saga.lastError.code}</span>{' '}
            {saga.lastError.attempts > 1 ? <span className="t3 fs12">×{saga.lastError.attempts}</span> : null}
          </>
        )}
      </td>
      <td className="num t2 c-age">
        <Age at={saga.startedAt} />
      </td>
      <td className="num c-duration">
        <Duration from={saga.startedAt} to={open ? null : saga.updatedAt} />
      </td>
      <td className="num t2">
        <RelativeTime at={saga.updatedAt} />
      </td>
    </>
  );
}
