import type { PutServiceInput, ServiceWire } from '@/core/contract/definitions';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { permitForAll } from '@/server/auth/permit';
import { putService as store } from '@/server/db/definitions';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

const CHANGED: LiveMessage = { keys: ['definitions'] };

/**
 * Declares a participant service, or changes its record.
 * @throws Problem `invalid` for an address that is not http
 */
export async function putService(ctx: Ctx, input: PutServiceInput): Promise<ServiceWire> {
  permitForAll(ctx, 'services.write');
  if (!/^https?:$/.test(new URL(input.url).protocol)) {
    const message = 'an address begins with http:// or https://';
    throw new Problem('invalid', `url: ${message}.`, { issues: [{ path: 'url', message }] });
  }
  await ctx.db.transaction(async (query) => {
    await store(query, input, ctx.actor.name);
    await query('SELECT pg_notify($1::text, $2::text)::text', [LIVE_CHANNEL, JSON.stringify(CHANGED)]);
  });
  return input;
}
