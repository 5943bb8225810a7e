import { FlowInput, FlowWire } from '@/core/contract/flows';
import type { ProblemCode } from '@/core/contract/wire';

/** The routes of event flows, as the OpenAPI document tells them. */
export const FLOW_OPERATIONS = [
  {
    method: 'get' as const,
    path: '/api/v1/flows/{correlationId}',
    summary:
      'The event flow of a correlation, 120 nodes at most: what caused what, and what that rests on. ' +
      'What says nothing of a node is left out of it. ' +
      'format=mermaid and format=sequence answer the same picture as mermaid text',
    input: FlowInput,
    answer: { schema: FlowWire },
    problems: ['invalid', 'forbidden', 'unavailable', 'not_found'] satisfies ProblemCode[],
  },
];
