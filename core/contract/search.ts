import { z } from 'zod';

export const SearchInput = z.object({
  q: z.string().trim().min(1, 'give an id, or the beginning of a business key').max(200),
});
export type SearchInput = z.infer<typeof SearchInput>;

/** What an id or value belongs to. `searched` names the kinds that were looked at: what is not in it was not searched. */
export const SearchResult = z.object({
  groups: z.array(
    z.object({
      kind: z.enum(['saga']),
      items: z.array(
        z.object({
          id: z.string(),
          /** The business key where there is one, else the type. */
          label: z.string(),
          /** What matched, and by what: "correlation id", "business key starts with order-88". */
          match: z.string(),
        }),
      ),
      /** There are more hits of this kind than are listed. */
      more: z.boolean(),
    }),
  ),
  searched: z.array(z.enum(['saga'])),
});
export type SearchResult = z.infer<typeof SearchResult>;
