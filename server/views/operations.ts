import {
  ChangeViewInput,
  NewViewInput,
  RemoveViewInput,
  ViewList,
  ViewListInput,
  ViewWire,
} from '@/core/contract/views';
import { ACT, type Operation, READ } from '@/server/http/operation';

/** The routes of saved views. */
export const VIEW_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/views',
    summary: 'The saved views of a list: one’s own, and those that others share',
    input: ViewListInput,
    answer: { schema: ViewList },
    problems: READ,
  },
  {
    method: 'post',
    path: '/api/v1/views',
    summary: 'Keep filters of a list under a name',
    input: NewViewInput,
    answer: { schema: ViewWire },
    body: 'fields',
    problems: ACT,
  },
  {
    method: 'put',
    path: '/api/v1/views/{id}',
    summary: 'Rename a view, share it, or give it other filters',
    input: ChangeViewInput,
    answer: { schema: ViewWire },
    body: 'fields',
    problems: ACT,
  },
  {
    method: 'post',
    path: '/api/v1/views/{id}/remove',
    summary: 'Remove a view',
    input: RemoveViewInput,
    answer: { schema: ViewWire },
    body: 'fields',
    problems: ACT,
  },
];
