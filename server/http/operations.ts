import { IMPORT_OPERATIONS } from '@/server/import/operations';
import { z } from 'zod';
import { EVENT_OPERATIONS } from '@/server/events/operations';
import { INTERVENTION_OPERATIONS } from '@/server/interventions/operations';
import { DEFINITION_OPERATIONS } from '@/server/definitions/operations';
import { Diagnostics, Health } from '@/core/contract/health';
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
import { SagaDetail, SagaDiagram, SagaExportInput, SagaList, SagaListInput } from '@/core/contract/sagas';
import { SearchInput, SearchResult } from '@/core/contract/search';
import { Stream, StreamInput, StreamVersions, StreamVersionsInput } from '@/core/contract/streams';
import { ACCOUNT_OPERATIONS } from './account-operations';
import { FLOW_OPERATIONS } from './flow-operations';
import { NoInput } from './no-input';
import { SagaInput } from '@/server/sagas/saga-input';
import { VIEW_OPERATIONS } from '@/server/views/operations';
import { PEOPLE_OPERATIONS } from '@/server/people/operations';
import { SagaDiagramInput } from '@/server/sagas/get-saga-diagram';

import type { Operation } from './operation';
import { oneOrMany, READ, READ_ONE, WRITE } from './operation';

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
    path: '/api/v1/sagas/export',
    summary: 'All sagas of a filtered list, the last started first, written while they are read',
    input: SagaExportInput,
    answer: {
      type: 'text/csv',
      description:
        'A head and one saga in each row; application/jsonl with format=jsonl. X-Total-Count says how many; a download that breaks off is not whole.',
    },
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
    path: '/api/v1/diagnostics',
    summary: 'The database, the level of right, and how each log is followed',
    input: NoInput,
    answer: { schema: Diagnostics },
    problems: READ,
  },
  ...ACCOUNT_OPERATIONS,
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
  ...VIEW_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...IMPORT_OPERATIONS,
  ...INTERVENTION_OPERATIONS,
  ...DEFINITION_OPERATIONS,
];
