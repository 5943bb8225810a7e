import { QueryClient, hydrate } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { contextOf } from '@/server/auth/test-actors';
import { JsonText } from './json-text';
import { dehydrated } from './prefetch';
import { Problem } from './problem';

const Wire = z.object({ items: z.array(z.string()) });

it('answers what succeeded under the keys of the client, and leaves out what failed', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const state = await dehydrated(
    [
      { queryKey: ['sagas', 'list', {}], load: async () => new JsonText<typeof Wire>('{"items":["a"]}') },
      { queryKey: ['overview', '1h'], load: async () => ({ running: 1 }) },
      {
        queryKey: ['saga', 'x'],
        load: async () => {
          throw new Problem('not_found', 'There is no such saga.');
        },
      },
      {
        queryKey: ['health'],
        load: async () => {
          throw new TypeError('a fault of ours');
        },
      },
    ],
    contextOf(),
  );
  const client = new QueryClient();
  hydrate(client, JSON.parse(JSON.stringify(state)));
  expect(client.getQueryData(['sagas', 'list', {}])).toEqual({ items: ['a'] });
  expect(client.getQueryData(['overview', '1h'])).toEqual({ running: 1 });
  expect(client.getQueryState(['saga', 'x'])).toBeUndefined();
  expect(client.getQueryState(['health'])).toBeUndefined();
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
});
