'use client';
import Link from 'next/link';
import type { Overview } from '@/core/contract/overview';
import { ShapeIcon } from '@/components/saga/status';
import { shareWords, wholeWords } from '@/components/ui/number-words';
import { Panel } from '@/components/ui/panel';
import { Sparkline } from '@/components/ui/spark';
import { EmptyState } from '@/components/ui/states';

/** A type's definition in words: `v3`, `v1 discovered`, or that it is still learning. */
export function definitionWords(definition: { version: number; source: string } | null): string {
  if (definition === null) return 'learning';
  return definition.source === 'declared' ? `v${definition.version}` : `v${definition.version} ${definition.source}`;
}

export function TypesPanel({ overview }: { overview: Overview }) {
  return (
    <Panel title="Saga types" sub={overview.types.length === 0 ? null : `${overview.types.length} seen`}>
      {overview.types.length === 0 ? (
        <EmptyState title="No saga type yet">Each type of saga is a line here, with its share of failures.</EmptyState>
      ) : (
        <table className="tbl types">
          <colgroup>
            <col />
            <col className="c-running" />
            <col className="c-started" />
            <col className="c-rate" />
            <col className="c-definition" />
            <col className="c-attention" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col" className="num">
                Running
              </th>
              <th scope="col" className="num c-started">
                Started/min
              </th>
              <th scope="col" className="num">
                Failure rate
              </th>
              <th scope="col" className="num c-definition">
                Definition
              </th>
              <th scope="col" className="num">
                Attention
              </th>
            </tr>
          </thead>
          <tbody>
            {overview.types.map((type) => (
              <TypeRow key={type.sagaType} type={type} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function TypeRow({ type }: { type: Overview['types'][number] }) {
  const query = `type=${encodeURIComponent(type.sagaType)}`;
  return (
    <tr>
      <td className="mono" title={type.sagaType}>
        <Link href={`/sagas?${query}`} prefetch={false} className="cell-link">
          {type.sagaType}
        </Link>
      </td>
      <td className="num">{wholeWords(type.running)}</td>
      <td className="num c-started">{type.startedPerMinute.toFixed(1)}</td>
      <td className="num">
        <span className="row rate">
          <Sparkline values={type.failureSeries} />
          <span>{shareWords(type.failureShare)}</span>
        </span>
      </td>
      <td className="num t2 c-definition">{definitionWords(type.definition)}</td>
      <td className="num">
        {type.attention === 0 ? (
          <span className="t3">–</span>
        ) : (
          <Link href={`/sagas?${query}&attention=any`} prefetch={false} className="st s-attention fg m">
            <ShapeIcon shape="attention" size={12} />
            {wholeWords(type.attention)}
            <span className="vh"> of {type.sagaType} need attention</span>
          </Link>
        )}
      </td>
    </tr>
  );
}
