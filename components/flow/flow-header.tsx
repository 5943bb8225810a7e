'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Flow } from '@/core/contract/flows';
import { SagaStatusMark } from '@/components/saga/status';
import { Icon } from '@/components/ui/icon';
import { IdChip, shortId } from '@/components/ui/id-chip';
import { wholeWords } from '@/components/ui/number-words';
import { Segmented } from '@/components/ui/segmented';
import { UrlLink } from '@/components/shell/url-link';
import type { FlowView } from './use-flow-state';

const VIEWS: readonly { value: FlowView; label: string }[] = [
  { value: 'graph', label: 'Graph' },
  { value: 'sequence', label: 'Sequence' },
  { value: 'timeline', label: 'Timeline' },
  { value: 'table', label: 'Table' },
];

/** What happened, in a sentence, before the picture of it; and which picture. */
export function FlowHeader({
  flow,
  title,
  view,
  onView,
  children,
}: {
  flow: Flow;
  title: string;
  view: FlowView;
  onView: (view: FlowView) => void;
  /** Ways to a node. */
  children: ReactNode;
}) {
  const saga = flow.sagas.length === 1 && !flow.moreSagas ? flow.sagas[0] : undefined;
  return (
    <div className="ef-head">
      <div className="row ef-top">
        <nav className="crumbs" aria-label="Breadcrumb">
          <Link href="/events">Events</Link>
          <Icon name="chev-r" size={12} />
          <span>Event flows</span>
          <Icon name="chev-r" size={12} />
          <span className="t1 trunc" aria-current="page">
            {shortId(flow.correlationId)}
          </span>
        </nav>
        {children}
      </div>
      <div className="sd-title">
        <h1>{title}</h1>
        {saga === undefined ? null : (
          <Link href={`/sagas/${saga.sagaId}`} className="ef-saga" data-tip="Open its saga">
            <SagaStatusMark status={saga.status} badge />
          </Link>
        )}
        <span className="sid">
          <IdChip id={flow.correlationId} name="correlation id" />
        </span>
        <span className="right ef-views">
          <Segmented label="View" options={VIEWS} value={view} onChange={onView} small={false} />
        </span>
      </div>
      <p className="summary ef-summary">
        {flow.sentenceParts.map((part, at) => {
          const key = `${at} ${part.as}`;
          if (part.as === 'code') return <code key={key}>{part.text}</code>;
          return part.as === 'open' ? <strong key={key}>{part.text}</strong> : <span key={key}>{part.text}</span>;
        })}
      </p>
      {flow.otherTenants.length === 0 ? null : <OtherTenants flow={flow} />}
    </div>
  );
}

/** One correlation in several tenants is several flows. */
function OtherTenants({ flow }: { flow: Flow }) {
  const more = flow.otherTenantTotal - flow.otherTenants.length;
  const words = (tenant: string) => (tenant === '' ? 'no tenant' : tenant);
  return (
    <p className="note ef-tenants">
      <Icon name="tenant" />
      <span className="grow">
        These are the events of <b>{words(flow.tenantId)}</b>. The same correlation is in{' '}
        {flow.otherTenants.map((tenant, at) => (
          <span key={tenant}>
            {at === 0 ? '' : ', '}
            <UrlLink className="link" to={new URLSearchParams({ tenant })}>
              {words(tenant)}
            </UrlLink>
          </span>
        ))}
        {more > 0 ? ` and ${wholeWords(more)} more` : ''}.
      </span>
    </p>
  );
}
