import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FlowWire } from '@/core/contract/flows';
import { flowOf } from '@/core/flow/node';
import type { Stream } from '@/core/contract/streams';
import { getJson, queryString } from './http';

/** Which part of a flow; absent: the beginning, folded. Contract part 5, GET /flows. */
export interface FlowPart {
  tenant?: string;
  from?: string;
  before?: string;
  around?: string;
  unfold?: string;
  members?: string;
  /** none: repeats are not folded. */
  fold?: string;
  /** 1: commands of sagas stand among the events. */
  commands?: string;
}

const PART = ['tenant', 'from', 'before', 'around', 'unfold', 'members', 'fold', 'commands'] as const;

/** The part of a flow that an address names; the other values of the address are the page's own. */
export function flowPart(params: URLSearchParams): FlowPart {
  return Object.fromEntries(PART.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])));
}

/** Every query on flows. Live key `flow:<correlation>` names one. */
export const flowQueries = {
  detail: (correlationId: string, part: FlowPart) =>
    queryOptions({
      queryKey: ['flow', correlationId, part],
      queryFn: ({ signal }) =>
        getJson<FlowWire>(`/api/v1/flows/${encodeURIComponent(correlationId)}${queryString({ ...part })}`, signal),
      select: flowOf,
      placeholderData: keepPreviousData,
    }),
  /** What an event changed in the state of its aggregate: the stream at its version. */
  change: (event: { aggregateType: string; aggregateId: string; version: string }) =>
    queryOptions({
      queryKey: ['stream', event.aggregateType, event.aggregateId, 'change', event.version],
      queryFn: ({ signal }) => {
        const type = encodeURIComponent(event.aggregateType === '' ? '~' : event.aggregateType);
        const path = `/api/v1/streams/${type}/${encodeURIComponent(event.aggregateId)}`;
        return getJson<Stream>(`${path}${queryString({ at: event.version })}`, signal);
      },
    }),
};
