import { z } from 'zod';
import { Allowed } from './sagas';

/** A role as it is held: everywhere (null), or for some tenants and saga types only. */
export const GrantWire = z.object({
  holds: z.string(),
  tenants: z.array(z.string()).nullable(),
  sagaTypes: z.array(z.string()).nullable(),
});

/** Who asks, what they hold, and what they may do: true, or why not and who may. */
export const SessionWire = z.object({
  kind: z.enum(['person', 'token']),
  name: z.string(),
  displayName: z.string(),
  grants: z.array(GrantWire),
  permissions: z.record(z.string(), Allowed),
  /** The tenants that they may look at, by name; rows without one are seen with all of them only. */
  tenants: z.array(z.string()),
  /** Whether they see every tenant, and rows without one. */
  allTenants: z.boolean(),
  /** The one tenant that they have chosen; null: all that they may see. */
  tenant: z.string().nullable(),
  /** False where a tenant is chosen of which there is nothing that they may see. */
  tenantHasRows: z.boolean(),
});
export type SessionWire = z.infer<typeof SessionWire>;

/** The tenant to look at from now on; null: all that one may see. */
export const ChooseTenantInput = z.object({ tenant: z.string().min(1).max(200).nullable() });
export type ChooseTenantInput = z.infer<typeof ChooseTenantInput>;
