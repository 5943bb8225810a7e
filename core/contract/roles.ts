import { z } from 'zod';
import { ROLES, TOKEN_SCOPES } from '../people/roles';

/** Who may do what, made from the one table of permissions. */
export const RolesWire = z.object({
  roles: z.array(
    z.object({
      role: z.enum(ROLES),
      words: z.string(),
      /** Who asks holds it, somewhere. */
      held: z.boolean(),
    }),
  ),
  scopes: z.array(z.object({ scope: z.enum(TOKEN_SCOPES), words: z.string() })),
  groups: z.array(
    z.object({
      name: z.string(),
      permissions: z.array(
        z.object({
          permission: z.string(),
          words: z.string(),
          roles: z.array(z.enum(ROLES)),
          scopes: z.array(z.enum(TOKEN_SCOPES)),
        }),
      ),
    }),
  ),
});
export type RolesWire = z.infer<typeof RolesWire>;
