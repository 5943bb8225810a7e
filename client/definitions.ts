import { queryOptions } from '@tanstack/react-query';
import type { DefinitionWire, ServiceWire } from '@/core/contract/definitions';
import { getJson } from './http';

export const definitionQueries = {
  /** The newest version of a saga type's definition with its body, and which versions there are. */
  of: (type: string) =>
    queryOptions({
      queryKey: ['definitions', type],
      queryFn: ({ signal }) => getJson<DefinitionWire>(`/api/v1/definitions/${encodeURIComponent(type)}`, signal),
    }),
};

export const serviceQueries = {
  /** The record of a participant service: its address, and what counts as evidence. */
  of: (name: string) =>
    queryOptions({
      queryKey: ['services', name],
      queryFn: ({ signal }) => getJson<ServiceWire>(`/api/v1/services/${encodeURIComponent(name)}`, signal),
    }),
};
