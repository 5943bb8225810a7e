import { z } from 'zod';
import { ImportInput, ImportList, ImportWire, StartImportInput } from '@/core/contract/imports';
import { type Operation, READ, READ_ONE, WRITE } from '@/server/http/operation';
import { NoInput } from '@/server/http/no-input';

/** The routes of imports. */
export const IMPORT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/imports',
    summary: 'The newest imports of event logs, running ones included',
    input: NoInput,
    answer: { schema: ImportList },
    problems: READ,
  },
  {
    method: 'post',
    path: '/api/v1/imports',
    summary:
      'Import an event log (CSV, JSON Lines, CloudEvents, XES, OCEL; plain or gzip): the body is the file, the answer comes when it is through',
    input: StartImportInput,
    answer: { schema: ImportWire },
    body: { 'application/octet-stream': z.string().meta({ format: 'binary' }) },
    problems: [...READ, 'duplicate', 'rate_limited'],
  },
  {
    method: 'get',
    path: '/api/v1/imports/{id}',
    summary: 'One import, and how far it is',
    input: ImportInput,
    answer: { schema: ImportWire },
    problems: READ_ONE,
  },
  {
    method: 'post',
    path: '/api/v1/imports/{id}/cancel',
    summary: 'Stop an import: nothing of it is written',
    input: ImportInput,
    answer: { schema: ImportWire },
    body: 'fields',
    problems: [...WRITE, 'not_found'],
  },
];
