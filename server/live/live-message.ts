import { z } from 'zod';
import type { LiveMessage } from '@/core/contract/live';
import type { Actor } from '@/server/auth/actor';
import { sees } from '@/server/auth/visible';

const Keys = z.array(z.string().max(200));
const Message = z.object({
  keys: Keys,
  groups: z.array(z.object({ tenant: z.string(), sagaType: z.string().optional(), keys: Keys })).optional(),
}) satisfies z.ZodType<LiveMessage>;

/** Whose stream it is, and the one tenant that they look at; null: nobody's in particular, and all tenants. */
export interface Listener {
  actor: Actor | null;
  tenant: string | null;
}

/** A message on the channel; null: this is none of ours, so anything may have changed. */
export function messageOf(payload: string): LiveMessage | null {
  try {
    return Message.safeParse(JSON.parse(payload)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The keys of a message that a listener is told: those for everybody, and those of the rows that they may see. */
export function keysFor({ actor, tenant }: Listener, { keys, groups = [] }: LiveMessage): string[] {
  const own = groups.filter(
    (group) =>
      actor === null ||
      sees({ actor, tenant }, group.sagaType === undefined ? 'events.read' : 'sagas.read', {
        tenantId: group.tenant === '' ? null : group.tenant,
        ...(group.sagaType === undefined ? {} : { sagaType: group.sagaType }),
      }),
  );
  return [...keys, ...own.flatMap((group) => group.keys)];
}
