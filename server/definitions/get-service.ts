import type { ServiceInput, ServiceWire } from '@/core/contract/definitions';
import { permit } from '@/server/auth/permit';
import { loadServices } from '@/server/db/definitions';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

/**
 * The record of a participant service.
 * @throws Problem `not_found`
 */
export async function getService(ctx: Ctx, input: ServiceInput): Promise<ServiceWire> {
  permit(ctx, 'services.read');
  const found = (await loadServices(ctx.db.primary)).find((service) => service.name === input.name);
  if (!found) throw new Problem('not_found', `There is no service "${input.name}". PUT its address to declare it.`);
  return found;
}
