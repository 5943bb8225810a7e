import { z } from 'zod';
import {
  AuditInput,
  AuditList,
  AuditVerdict,
  InterventionList,
  InterventionListInput,
  InterventionWire,
  PlanWire,
} from '@/core/contract/interventions';
import { NoInput } from '@/server/http/no-input';
import { ChangeInput } from '@/server/interventions/change-intervention';
import { GetInput } from '@/server/interventions/get-intervention';
import { RequestInput } from '@/server/interventions/request-intervention';
import { ACT, READ, READ_ONE, type Operation } from '@/server/http/operation';

/** The routes of interventions and of the journal that proves them. */
export const INTERVENTION_OPERATIONS: readonly Operation[] = [
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
];
