'use client';
import Link from 'next/link';
import type { Overview } from '@/core/contract/overview';
import { wholeWords } from '@/components/ui/number-words';
import { Panel } from '@/components/ui/panel';
import { RelativeTime } from '@/components/ui/relative-time';
import { Bars } from '@/components/ui/spark';
import { EmptyState } from '@/components/ui/states';
import { rangeWords } from './range';

export function ErrorsPanel({ overview }: { overview: Overview }) {
  return (
    <Panel title="Errors" sub={`most frequent, last ${rangeWords(overview.range)}`}>
      {overview.errors.length === 0 ? (
        <EmptyState title={`No error in the last ${rangeWords(overview.range)}`}>
          Errors are gathered here by code and step, with the sagas that they stopped.
        </EmptyState>
      ) : (
        <ul>
          {overview.errors.map((error) => (
            <li key={`${error.code} ${error.stepName} ${error.sagaType}`}>
              <Link
                className="inc"
                prefetch={false}
                href={`/sagas?${new URLSearchParams({ errorCode: error.code, type: error.sagaType })}`}
              >
                <div className="grow">
                  <div className="trunc mono" title={error.code}>
                    {error.code}
                  </div>
                  <div className="fs12 t3 trunc">
                    {error.stepName === '' ? error.sagaType : error.stepName} · <RelativeTime at={error.lastAt} />
                  </div>
                </div>
                <Bars values={error.series} />
                <span className="num m">
                  {wholeWords(error.count)}
                  <span className="vh"> sagas</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
