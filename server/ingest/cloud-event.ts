import { stringify } from 'lossless-json';
import { v5 as uuidV5 } from 'uuid';
import type { CloudEvent } from '@/core/contract/ingest';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const STANDARD = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
  'data_base64',
]);
/** Extension attributes (small letters only, says CloudEvents) and the word of our metadata that they are. */
const WORDS: Readonly<Record<string, string>> = {
  correlationid: 'correlation_id',
  causationid: 'causation_id',
  sagaid: 'saga_id',
  traceid: 'trace_id',
  tenantid: 'tenant_id',
  service: 'service',
  actor: 'actor',
};
const PLACES = new Set(['aggregatetype', 'aggregateid', 'version', 'eventversion']);

/** The event's id: its own where that is a UUID, else UUIDv5 of source and id, which together are unique. Contract part 5. */
export const cloudEventId = (source: string, id: string): string =>
  UUID.test(id) ? id.toLowerCase() : uuidV5(id, uuidV5(source, uuidV5.URL));

/**
 * A CloudEvent (data as JSON text) as the fields of an event. Its stream is named by the extensions aggregatetype and
 * aggregateid, else by source and subject, which CloudEvents says belong together.
 */
export function eventFields(event: CloudEvent): Record<string, unknown> {
  const word = (name: string): string | undefined => {
    const value = event[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const metadata: Record<string, unknown> = { source: event.source, cloudevent_id: event.id };
  for (const [name, value] of Object.entries(event)) {
    if (STANDARD.has(name) || PLACES.has(name) || value === null || value === undefined) continue;
    metadata[WORDS[name] ?? name] = value;
  }
  // W3C trace context: version-traceid-parent-flags.
  const traced = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(word('traceparent') ?? '')?.[1];
  if (traced !== undefined) metadata.trace_id ??= traced;
  if (event.subject) metadata.subject = event.subject;
  if (event.dataschema) metadata.dataschema = event.dataschema;
  if (event.datacontenttype && !/[/+]json\b/.test(event.datacontenttype)) {
    metadata.datacontenttype = event.datacontenttype;
  }
  const base64 = event.data_base64;
  return {
    eventId: cloudEventId(event.source, event.id),
    aggregateType: word('aggregatetype') ?? event.source,
    aggregateId: word('aggregateid') ?? (event.subject || event.source),
    version: event.version ?? undefined,
    eventType: event.type,
    eventVersion: event.eventversion ?? undefined,
    payload: event.data ?? (base64 ? JSON.stringify({ data_base64: base64 }) : 'null'),
    metadata: stringify(metadata),
    occurredAt: event.time ?? undefined,
  };
}
