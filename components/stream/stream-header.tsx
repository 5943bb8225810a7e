'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { flowHref } from '@/client/events';
import type { Stream } from '@/core/contract/streams';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy';
import { Icon, type IconName } from '@/components/ui/icon';
import type { Links } from './state-panel';
import { lookUpAddress, sizeWords, titleOf } from './stream-words';

/** Where one is, what it is, and the ways on from the version looked at. */
export function StreamHeader({ stream, links }: { stream: Stream; links: Links }) {
  const { event, aggregateType, aggregateId } = stream;
  const trace = lookUpAddress(links.traceUrlTemplate, event);
  const logs = lookUpAddress(links.logUrlTemplate, event);
  return (
    <>
      <StreamCrumbs aggregateType={aggregateType} aggregateId={aggregateId} />
      <div className="st-head">
        <h1>
          <bdi>{titleOf(aggregateType, aggregateId)}</bdi>
        </h1>
        <CopyButton text={aggregateId} label="Copy the aggregate id" />
        <span className="t2">{sizeWords(stream)}</span>
        <div className="right row st-ways">
          <Way
            href={event.sagaId === null ? null : `/sagas/${encodeURIComponent(event.sagaId)}`}
            icon="sagas"
            why={`The event at version ${stream.at} names no saga`}
          >
            Saga
          </Way>
          <Way
            href={event.correlationId === null ? null : flowHref(event.correlationId)}
            icon="flow"
            why={`The event at version ${stream.at} names no correlation`}
          >
            Event flow
          </Way>
          {trace === null ? null : <Outside href={trace}>Trace</Outside>}
          {logs === null ? null : <Outside href={logs}>Logs</Outside>}
        </div>
      </div>
    </>
  );
}

function Way({ href, icon, why, children }: { href: string | null; icon: IconName; why: string; children: ReactNode }) {
  if (href === null) {
    return (
      <Button small icon={icon} disabledReason={why}>
        {children}
      </Button>
    );
  }
  return (
    <Link className="btn sm" href={href} prefetch={false}>
      <Icon name={icon} size={14} />
      {children}
    </Link>
  );
}

function Outside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className="btn sm" href={href} target="_blank" rel="noreferrer">
      <Icon name="ext" size={14} />
      {children}
    </a>
  );
}

export function StreamCrumbs({ aggregateType, aggregateId }: { aggregateType: string; aggregateId: string }) {
  const type = aggregateType === '~' ? '' : aggregateType;
  return (
    <nav className="crumbs st-crumbs" aria-label="Breadcrumb">
      <Link href="/events" prefetch={false}>
        Events
      </Link>
      <Icon name="chev-r" size={12} />
      {type === '' ? null : (
        <>
          <Link className="trunc" href={`/events?aggregateType=${encodeURIComponent(type)}`} prefetch={false}>
            {type}
          </Link>
          <Icon name="chev-r" size={12} />
        </>
      )}
      <span className="t1 trunc" aria-current="page">
        {aggregateId}
      </span>
    </nav>
  );
}
