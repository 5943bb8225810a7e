import type { PutDefinitionInput, PutDefinitionResult } from '@/core/contract/definitions';
import { LIVE_CHANNEL, type LiveMessage } from '@/core/contract/live';
import { parseDefinition } from '@/core/definition/parse';
import { handOf } from '@/server/auth/hand';
import { permitForAll } from '@/server/auth/permit';
import { putDefinition as store } from '@/server/db/definitions';
import type { Ctx } from '@/server/http/context';
import { refusal } from '@/server/http/failure';
import { Problem } from '@/server/http/problem';
import { versionWire } from './get-definition';
import { journalDeclared } from './journal-declared';

const CHANGED: LiveMessage = { keys: ['definitions'] };

/**
 * Declares a saga type: a new version, in force from now, or nothing where the newest version says the same.
 * @throws Problem `invalid`, naming every mistake
 */
export async function putDefinition(ctx: Ctx, input: PutDefinitionInput): Promise<PutDefinitionResult> {
  permitForAll(ctx, 'definitions.write', input.type);
  const parsed = parseDefinition(input.document.text, input.document.format);
  if (!parsed.ok) throw new Problem('invalid', refusal(parsed.issues), { issues: parsed.issues });
  const { body } = parsed;
  if (body.saga !== input.type) {
    const message = `the address says "${input.type}", the definition "${body.saga}"`;
    throw new Problem('invalid', `saga: ${message}.`, { issues: [{ path: 'saga', message }] });
  }
  return ctx.db.transaction(async (query) => {
    const { definition, created } = await store(query, { body, source: 'declared', createdBy: ctx.actor.name });
    if (created) {
      await query('SELECT pg_notify($1::text, $2::text)::text', [LIVE_CHANNEL, JSON.stringify(CHANGED)]);
      const { version } = definition;
      const declared = { type: 'DefinitionDeclared', by: ctx.actor.name, sagaType: input.type, version } as const;
      await journalDeclared(query, handOf(ctx.actor, 'definitions.write'), declared);
    }
    return { ...versionWire(definition), changed: created };
  });
}
