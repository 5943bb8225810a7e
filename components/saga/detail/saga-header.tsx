'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { SagaDetail } from '@/core/contract/sagas';
import { IdChip, shortId } from '@/components/ui/id-chip';
import { Icon } from '@/components/ui/icon';
import { AttentionTag, SagaStatusMark } from '../status';
import { SagaActions, type OnAction } from './saga-actions';

/** A count with its article, or a short name with hyphens: never broken over two lines. */
const THING = /(\d+ × \S{1,20}|\S{1,12}-\S{1,12}(?=\s|$))/u;

function Things({ text }: { text: string }) {
  return text.split(THING).map((piece, at) =>
    at % 2 === 0 ? (
      piece
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- pieces have no other name
      <span key={at} className="nb">
        {piece}
      </span>
    ),
  );
}

/** Title, status, the sentence, and what may be done. */
export function SagaHeader({
  saga,
  onAction,
  children,
}: {
  saga: SagaDetail;
  onAction: OnAction;
  /** What must be known before one acts. */
  children?: ReactNode;
}) {
  const title = saga.businessKey ?? shortId(saga.sagaId);
  return (
    <div className="sd-head">
      <nav className="crumbs" aria-label="Breadcrumb">
        <Link href="/sagas">Sagas</Link>
        <Icon name="chev-r" size={12} />
        <Link className="trunc" href={`/sagas?type=${encodeURIComponent(saga.sagaType)}`}>
          {saga.sagaType}
        </Link>
        <Icon name="chev-r" size={12} />
        <span className="t1 trunc" aria-current="page">
          {title}
        </span>
      </nav>
      <div className="sd-title">
        <h1>{title}</h1>
        <SagaStatusMark status={saga.status} badge turning={saga.status === 'RUNNING'} />
        {saga.attention ? <AttentionTag reason={saga.attention.reason} /> : null}
        <span className="sid">
          <IdChip id={saga.sagaId} name="saga id" />
        </span>
      </div>
      <p className="summary">
        {saga.sentenceParts.map((part, at) => {
          const key = `${at} ${part.as}`;
          if (part.as === 'code') return <code key={key}>{part.text}</code>;
          if (part.as === 'open') {
            return (
              <strong className="sb" key={key}>
                <Things text={part.text} />
              </strong>
            );
          }
          return <span key={key}>{part.text}</span>;
        })}
      </p>
      {children}
      <SagaActions saga={saga} onAction={onAction} />
    </div>
  );
}
