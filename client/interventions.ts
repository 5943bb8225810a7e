import { mutationOptions, queryOptions } from '@tanstack/react-query';
import { v4 } from 'uuid';
import type { DecisionInput, InterventionInput, InterventionWire, PlanWire } from '@/core/contract/interventions';
import type { Action } from '@/core/contract/sagas';
import { isFinal, isStopped } from '@/core/intervention/state';
import { getJson, isTransient, postJson, queryString } from './http';

/** The live stream says each change; this only bridges a cut stream. */
const POLL_MS = 2_000;
const TRIES_AGAIN = 3;

const path = (id: string) => `/api/v1/interventions/${encodeURIComponent(id)}`;

/** A request's own id, once per opened plan: what makes a double click and a repeated request the same one. */
export const newCompensationId = (): string => v4();

/** Nothing more happens to it unless a person acts. */
export const isAtRest = (state: InterventionWire['state']): boolean => isFinal(state) || isStopped(state);

/** Every query on interventions. Live key `interventions` names all of them, `saga:<id>` the plans of one saga. */
export const interventionQueries = {
  /** The dry run: what an action would call now. Read anew each time a plan is opened. */
  plan: (sagaId: string, action: Action, stepName: string | null) =>
    queryOptions({
      queryKey: ['saga', sagaId, 'plan', action, stepName],
      queryFn: () =>
        postJson<PlanWire>(
          `/api/v1/sagas/${encodeURIComponent(sagaId)}/interventions${queryString({ dryRun: '1' })}`,
          stepName === null ? { action } : { action, stepName },
        ),
      staleTime: 0,
      gcTime: 0,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['interventions', id],
      queryFn: ({ signal }) => getJson<InterventionWire>(path(id), signal),
      refetchInterval: ({ state }) => (state.data !== undefined && isAtRest(state.data.state) ? false : POLL_MS),
    }),
};

/** What asks for a change: it is tried again only where that cannot make it happen twice. */
export const interventionMutations = {
  /** A request carries its id, so that it is sent again, as it was, where no answer came. */
  request: (sagaId: string) =>
    mutationOptions({
      mutationFn: (input: InterventionInput) =>
        postJson<InterventionWire>(`/api/v1/sagas/${encodeURIComponent(sagaId)}/interventions`, input),
      retry: (count, error) => isTransient(error) && count < TRIES_AGAIN,
      retryDelay: (count) => 1_000 * 2 ** count,
      networkMode: 'always',
    }),
  /** Runs stopped calls again, or gives the rest up. A second one is refused, not done twice. */
  decide: (id: string, decision: 'retry' | 'cancel') =>
    mutationOptions({
      mutationFn: (input: DecisionInput) => postJson<InterventionWire>(`${path(id)}/${decision}`, input),
      networkMode: 'always',
    }),
};
