import { z } from 'zod';

export const ListName = z.enum(['sagas', 'events']);
export type ListName = z.infer<typeof ListName>;

const Name = z.string().trim().min(1, 'give it a name').max(60);
const Query = z.string().max(2_000);

/** Filters of a list under a name. `mine`: the person who asks made it. */
export const ViewWire = z.object({
  id: z.uuid(),
  list: ListName,
  name: z.string(),
  /** The list's address after its "?". */
  query: z.string(),
  shared: z.boolean(),
  mine: z.boolean(),
  owner: z.string(),
  /** Why who asks may neither change nor remove it; null: they may. */
  fixed: z.string().nullable(),
  version: z.int(),
});
export type ViewWire = z.infer<typeof ViewWire>;

export const ViewListInput = z.object({ list: ListName });
export const ViewList = z.object({ items: z.array(ViewWire) });
export type ViewList = z.infer<typeof ViewList>;

/** The id is the client's: the same view again is the same view. */
export const NewViewInput = z.object({ id: z.uuid(), list: ListName, name: Name, query: Query, shared: z.boolean() });
export type NewViewInput = z.infer<typeof NewViewInput>;

/** `version`: what was seen of it; another one is refused. */
export const ChangeViewInput = z.object({
  id: z.uuid(),
  name: Name,
  query: Query,
  shared: z.boolean(),
  version: z.int().min(1),
});
export type ChangeViewInput = z.infer<typeof ChangeViewInput>;

export const RemoveViewInput = z.object({ id: z.uuid() });
