import { z } from 'zod';
import { Time } from './wire';

export const SEARCH_KINDS = ['saga', 'event', 'stream', 'flow', 'trace', 'value'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export const SearchInput = z.object({
  q: z.string().trim().min(1, 'give an id, or the beginning of one').max(200),
});
export type SearchInput = z.infer<typeof SearchInput>;

const SearchItem = z.object({
  /** Of what was found: saga id, event id, aggregate id, correlation id, trace id, or the value itself. */
  id: z.string(),
  /** The name people know it by: the business key of a saga, the name of an event, else the id. */
  label: z.string(),
  /** What matched, and by what: "business key", "customerId cust-42", "saga id begins with 7f3c". */
  match: z.string(),
  /** The whole value, not its beginning alone. */
  exact: z.boolean(),
  /** What kind of thing it is: type of a saga or stream, stream of an event; null: nothing more to tell. */
  detail: z.string().nullable(),
  /** Of a saga: its status and last change. */
  status: z.string().optional(),
  at: Time.optional(),
  /** Page of the console. */
  href: z.string(),
});
export type SearchItem = z.infer<typeof SearchItem>;

/** What an id or value belongs to, whole values first. `searched` names the kinds that were looked at. */
export const SearchResult = z.object({
  groups: z.array(
    z.object({
      kind: z.enum(SEARCH_KINDS),
      items: z.array(SearchItem),
      /** There are more hits of this kind than are listed. */
      more: z.boolean(),
    }),
  ),
  searched: z.array(z.enum(SEARCH_KINDS)),
});
export type SearchResult = z.infer<typeof SearchResult>;
export type SearchGroup = SearchResult['groups'][number];
