import type { DefinitionInput, DefinitionWire } from '@/core/contract/definitions';
import type { DefinitionVersion } from '@/core/definition/definition';
import { permit } from '@/server/auth/permit';
import { loadDefinitions } from '@/server/db/definitions';
import type { Ctx } from '@/server/http/context';
import { Problem } from '@/server/http/problem';

/**
 * The newest version of a saga definition, and which versions there are.
 * @throws Problem `not_found` where nobody defined the type
 */
export async function getDefinition(ctx: Ctx, input: DefinitionInput): Promise<DefinitionWire> {
  permit(ctx, 'definitions.read');
  const all = await loadDefinitions(ctx.db.primary);
  const versions = all.filter((one) => one.type === input.type).toSorted((a, b) => b.version - a.version);
  const [newest] = versions;
  if (!newest) throw new Problem('not_found', `There is no definition of "${input.type}". PUT one to declare it.`);
  return {
    ...versionWire(newest),
    versions: versions.map(({ version, source, inForceFrom }) => ({ version, source, inForceFrom: iso(inForceFrom) })),
  };
}

/** A version on the wire. */
export function versionWire(version: DefinitionVersion): Omit<DefinitionWire, 'versions'> {
  return { ...version, inForceFrom: iso(version.inForceFrom) };
}

const iso = (ms: number): string => new Date(ms).toISOString();
