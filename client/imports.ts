import { mutationOptions, queryOptions } from '@tanstack/react-query';
import type { ImportList, ImportOptions, ImportWire } from '@/core/contract/imports';
import { getJson, postJson, queryString, send } from './http';

const RUNNING_MS = 700;

/** A file to import under an id of ours, by which its progress is asked for. */
export interface StartImport {
  id: string;
  file: File;
  options: Partial<ImportOptions>;
}

export const importQueries = {
  /** The newest imports; asked again and again while one runs. */
  list: () =>
    queryOptions({
      queryKey: ['imports'],
      queryFn: ({ signal }) => getJson<ImportList>('/api/v1/imports', signal),
      refetchInterval: ({ state }) =>
        state.data?.items.some((one) => one.state === 'running') === true ? RUNNING_MS : false,
    }),
};

export const importMutations = {
  /** Streams the file; answers when the import is through. */
  start: () =>
    mutationOptions({
      mutationFn: async ({ id, file, options }: StartImport) => {
        const query = queryString({ ...options, id, file: file.name, size: file.size });
        const response = await send(`/api/v1/imports${query}`, {
          method: 'POST',
          headers: { accept: 'application/json', 'content-type': 'application/octet-stream' },
          body: file,
        });
        return (await response.json()) as ImportWire;
      },
      networkMode: 'always',
    }),
  cancel: (id: string) =>
    mutationOptions({
      mutationFn: () => postJson<ImportWire>(`/api/v1/imports/${encodeURIComponent(id)}/cancel`, {}),
      networkMode: 'always',
    }),
};
