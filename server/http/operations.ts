import { z } from 'zod';
import {
  DefinitionInput,
  DefinitionWire,
  PutDefinitionInput,
  PutDefinitionResult,
  PutServiceInput,
  ServiceInput,
  ServiceWire,
} from '@/core/contract/definitions';
import {
  EventDetail,
  EventExportInput,
  EventFacets,
  EventInput,
  EventList,
  EventListInput,
} from '@/core/contract/events';
import { Diagnostics, Health } from '@/core/contract/health';
import {
  AuditInput,
  AuditList,
  AuditVerdict,
  InterventionList,
  InterventionListInput,
  InterventionWire,
  PlanWire,
} from '@/core/contract/interventions';
import {
  CloudEvent,
  EventEntry,
  IngestedEvents,
  IngestedSagaLog,
  IngestEventsInput,
  IngestSagaLogInput,
  SagaLogEntry,
} from '@/core/contract/ingest';
import { Overview, OverviewInput } from '@/core/contract/overview';
import { SagaTypeList, SagaTypeListInput } from '@/core/contract/saga-types';
import { SagaDetail, SagaDiagram, SagaList, SagaListInput } from '@/core/contract/sagas';
import { SearchInput, SearchResult } from '@/core/contract/search';
import { Stream, StreamInput, StreamVersions, StreamVersionsInput } from '@/core/contract/streams';
import type { ProblemCode } from '@/core/contract/wire';
import { ACCOUNT_OPERATIONS } from './account-operations';
import { FLOW_OPERATIONS } from './flow-operations';
import { NoInput } from './no-input';
import { SagaInput } from '@/server/sagas/saga-input';
import { ChangeInput } from '@/server/interventions/change-intervention';
import { GetInput } from '@/server/interventions/get-intervention';
import { PEOPLE_OPERATIONS } from '@/server/people/operations';
import { RequestInput } from '@/server/interventions/request-intervention';
import { SagaDiagramInput } from '@/server/sagas/get-saga-diagram';

/** One route as the OpenAPI document tells it. */
export interface Operation {
  method: 'get' | 'put' | 'post';
  /** From the root, parameters in braces. */
  path: string;
  summary: string;
  /** Path parameters are those named in the path; the others are query, or body fields of a write. */
  input: z.ZodObject;
  /** The answer; a text where it is not JSON. */
  answer: { schema: z.ZodType } | { type: string; description: string };
  /** The body of a write: the input's other fields as JSON, a definition, or what each content type carries. */
  body?: 'fields' | 'definition' | Readonly<Record<string, z.ZodType>>;
  /** Input fields that headers carry: field → name of the header. */
  headers?: Readonly<Record<string, string>>;
  /** Beside `internal`, which every route may answer. */
  problems: readonly ProblemCode[];
}

const READ = ['invalid', 'unauthenticated', 'forbidden', 'unavailable'] as const satisfies readonly ProblemCode[];
const READ_ONE = [...READ, 'not_found'] as const;
const WRITE = [...READ, 'too_large'] as const;
const ACT = [...WRITE, 'not_found', 'stale_view', 'illegal_action', 'duplicate'] as const;

const oneOrMany = (item: z.ZodType) => z.union([item, z.array(item)]);

/** Every route under /api/v1, and the health report: what is served is here, and what is here is served. */
export const OPERATIONS: readonly Operation[] = [
  ...FLOW_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/overview',
    summary: 'Counts, series, the highest risks, types and errors of a range',
    input: OverviewInput,
    answer: { schema: Overview },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/sagas',
    summary: 'A page of sagas by filters and order',
    input: SagaListInput,
    answer: { schema: SagaList },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/sagas/{sagaId}',
    summary: 'One saga, folded from its log at this moment',
    input: SagaInput,
    answer: { schema: SagaDetail },
    problems: READ_ONE,
  },
  {
    method: 'post',
    path: '/api/v1/sagas/{sagaId}/interventions',
    summary:
      'Request an intervention (201 new, 200 the same again); with ?dryRun=1 and {action, stepName} as body: its plan, and nothing changes',
    input: RequestInput,
    answer: { schema: z.union([InterventionWire, PlanWire]) },
    body: 'fields',
    problems: ACT,
  },
  {
    method: 'get',
    path: '/api/v1/interventions',
    summary: 'A page of interventions, newest first',
    input: InterventionListInput,
    answer: { schema: InterventionList },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/interventions/{id}',
    summary: 'One intervention with each call, its attempts and what proves it',
    input: GetInput,
    answer: { schema: InterventionWire },
    problems: READ_ONE,
  },
  {
    method: 'post',
    path: '/api/v1/interventions/{id}/retry',
    summary: 'Run the calls that stopped again: same effects, same keys, three calls each',
    input: ChangeInput,
    answer: { schema: InterventionWire },
    body: 'fields',
    problems: ACT,
  },
  {
    method: 'post',
    path: '/api/v1/interventions/{id}/cancel',
    summary: 'Give an intervention up: what was not sent is not sent, a call in flight is awaited',
    input: ChangeInput,
    answer: { schema: InterventionWire },
    body: 'fields',
    problems: ACT,
  },
  {
    method: 'get',
    path: '/api/v1/audit',
    summary: 'A page of the journal, newest first, each entry with its place in the hash chain',
    input: AuditInput,
    answer: { schema: AuditList },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/audit/verify',
    summary: 'Walk the whole chain of the journal: how many entries, and the first that does not fit',
    input: NoInput,
    answer: { schema: AuditVerdict },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/sagas/{sagaId}/diagram',
    summary: 'The state machine of a saga as mermaid text, with the path that it took',
    input: SagaDiagramInput,
    answer: { schema: SagaDiagram },
    problems: READ_ONE,
  },
  {
    method: 'get',
    path: '/api/v1/streams/{aggregateType}/{aggregateId}',
    summary: 'The state of an aggregate at a version, what its event changed, and which version set each field',
    input: StreamInput,
    answer: { schema: Stream },
    problems: READ_ONE,
  },
  {
    method: 'get',
    path: '/api/v1/streams/{aggregateType}/{aggregateId}/versions',
    summary: 'The events of a stream before or after those that it was answered with',
    input: StreamVersionsInput,
    answer: { schema: StreamVersions },
    problems: READ_ONE,
  },
  {
    method: 'get',
    path: '/api/v1/saga-types',
    summary: 'Saga types by name, with counts and definition',
    input: SagaTypeListInput,
    answer: { schema: SagaTypeList },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/search',
    summary: 'Sagas by an id in full, or by the beginning of their business key',
    input: SearchInput,
    answer: { schema: SearchResult },
    problems: READ,
  },
  {
    method: 'post',
    path: '/api/v1/events',
    summary: 'Append events: one or an array, all or none, each known again by its id; also CloudEvents 1.0',
    input: IngestEventsInput,
    answer: { schema: IngestedEvents },
    body: {
      'application/json': oneOrMany(EventEntry),
      'application/cloudevents+json': CloudEvent,
      'application/cloudevents-batch+json': z.array(CloudEvent),
    },
    problems: [...WRITE, 'duplicate'],
  },
  {
    method: 'post',
    path: '/api/v1/saga-log',
    summary: 'Append rows of saga_log: one or an array, all or none, once per Idempotency-Key for 24 hours',
    input: IngestSagaLogInput,
    answer: { schema: IngestedSagaLog },
    body: { 'application/json': oneOrMany(SagaLogEntry) },
    headers: { idempotencyKey: 'Idempotency-Key' },
    problems: [...WRITE, 'duplicate'],
  },
  {
    method: 'get',
    path: '/api/v1/definitions/{type}',
    summary: 'The newest version of a saga definition',
    input: DefinitionInput,
    answer: { schema: DefinitionWire },
    problems: READ_ONE,
  },
  {
    method: 'put',
    path: '/api/v1/definitions/{type}',
    summary: 'Declare a saga type: a new version, unless the newest says the same (201 new, 200 unchanged)',
    input: PutDefinitionInput,
    answer: { schema: PutDefinitionResult },
    body: 'definition',
    problems: WRITE,
  },
  {
    method: 'get',
    path: '/api/v1/services/{name}',
    summary: 'The record of a participant service',
    input: ServiceInput,
    answer: { schema: ServiceWire },
    problems: READ_ONE,
  },
  {
    method: 'put',
    path: '/api/v1/services/{name}',
    summary: 'Declare a participant service, or change its record',
    input: PutServiceInput,
    answer: { schema: ServiceWire },
    body: 'fields',
    problems: WRITE,
  },
  {
    method: 'get',
    path: '/api/v1/diagnostics',
    summary: 'The database, the level of right, and how each log is followed',
    input: NoInput,
    answer: { schema: Diagnostics },
    problems: READ,
  },
  ...ACCOUNT_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/events',
    summary: 'A page of events by filters, newest first; payloads begin, and say how long they are',
    input: EventListInput,
    answer: { schema: EventList },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/events/{eventId}',
    summary: 'One event whole, with its cause and its first effects',
    input: EventInput,
    answer: { schema: EventDetail },
    problems: READ_ONE,
  },
  {
    method: 'get',
    path: '/api/v1/events/export',
    summary: 'All events of a filtered set, oldest first, written while they are read',
    input: EventExportInput,
    answer: {
      type: 'application/jsonl',
      description:
        'One event in each line, payload and metadata as JSON text; text/csv with format=csv. X-Total-Count says how many; a download that breaks off is not whole.',
    },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/events/facets',
    summary: 'Names, aggregate types and services among the newest events, as suggestions for filters',
    input: NoInput,
    answer: { schema: EventFacets },
    problems: READ,
  },
  {
    method: 'get',
    path: '/api/v1/live',
    summary: 'Query keys that changed, as Server-Sent Events: keys, reset, lag, offline',
    input: NoInput,
    answer: {
      type: 'text/event-stream',
      description:
        'event keys: {"keys":["sagas","saga:<id>"]}, at most each 100 ms. reset: there may be a gap, read everything again. ' +
        'lag: {"lagMs","source","state"} each 2 s. offline: {"since"} while the database does not answer.',
    },
    problems: ['forbidden', 'unavailable'],
  },
  {
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'This document',
    input: NoInput,
    answer: { type: 'application/json', description: 'OpenAPI 3.1' },
    problems: ['forbidden'],
  },
  {
    method: 'get',
    path: '/api/metrics',
    summary: 'Counters and gauges for Prometheus: by METRICS_TOKEN, a token with the scope metrics, or a session',
    input: NoInput,
    answer: {
      type: 'text/plain',
      description: 'Text format 0.0.4; who reads for some tenants gets the sums of those.',
    },
    problems: ['unauthenticated', 'forbidden', 'rate_limited', 'unavailable'],
  },
  {
    method: 'get',
    path: '/api/health',
    summary: 'How the console is; 503 with the same report when it is unhealthy',
    input: NoInput,
    answer: { schema: Health },
    problems: ['forbidden'],
  },
  ...PEOPLE_OPERATIONS,
];
