import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { DefinitionWire, PutDefinitionResult, ServiceWire } from '@/core/contract/definitions';
import { getJson, send } from './http';

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

async function put<T>(path: string, type: string, body: string): Promise<T> {
  const headers = { accept: 'application/json', 'content-type': type };
  return (await (await send(path, { method: 'PUT', headers, body })).json()) as T;
}

/** Declarations: a second one that says the same changes nothing. */
export const declareMutations = {
  definition: () =>
    mutationOptions({
      mutationFn: ({ type, text }: { type: string; text: string }) =>
        // JSON is YAML as well.
        put<PutDefinitionResult>(`/api/v1/definitions/${encodeURIComponent(type)}`, 'application/yaml', text),
      networkMode: 'always',
    }),
  service: () =>
    mutationOptions({
      mutationFn: ({ name, ...record }: ServiceWire) =>
        put<ServiceWire>(`/api/v1/services/${encodeURIComponent(name)}`, 'application/json', JSON.stringify(record)),
      networkMode: 'always',
    }),
};
