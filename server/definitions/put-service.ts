import type { PutServiceInput, ServiceWire } from '@/core/contract/definitions';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { handOf } from '@/server/auth/hand';
import { permitForAll } from '@/server/auth/permit';
import { loadServices, putService as store } from '@/server/db/definitions';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';
import { journalDeclared } from './journal-declared';

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
    const before = (await loadServices(query)).find(({ name }) => name === input.name);
    await store(query, input, ctx.actor.name);
    await query('SELECT pg_notify($1::text, $2::text)::text', [LIVE_CHANNEL, JSON.stringify(CHANGED)]);
    if (before !== undefined && isSame(before, input)) return;
    await journalDeclared(query, handOf(ctx.actor, 'services.write'), {
      type: 'ServiceDeclared',
      by: ctx.actor.name,
      name: input.name,
      url: input.url,
      urlBefore: before?.url ?? null,
      secretEnv: input.secretEnv ?? null,
      evidence: input.evidence,
    });
  });
  return input;
}

const isSame = (a: ServiceWire, b: ServiceWire): boolean =>
  a.url === b.url && a.secretEnv === b.secretEnv && a.evidence === b.evidence;
