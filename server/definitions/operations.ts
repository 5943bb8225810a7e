import {
  DefinitionInput,
  DefinitionWire,
  PutDefinitionInput,
  PutDefinitionResult,
  PutServiceInput,
  ServiceInput,
  ServiceWire,
} from '@/core/contract/definitions';
import { READ_ONE, WRITE, type Operation } from '@/server/http/operation';

/** The routes of definitions and services. */
export const DEFINITION_OPERATIONS: readonly Operation[] = [
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
];
