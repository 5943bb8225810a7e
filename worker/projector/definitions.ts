import type { DefinitionVersion } from '@/core/definition/definition';
import { affectedTypes } from '@/core/definition/affected';
import { loadDefinitions } from '@/server/db/definitions';
import type { Query } from '@/server/db/query';
import { indexable, NAME_CHARACTERS } from './storable';

const PORTION = 1_000;
// A saga may have been folded by this much after the version came into force, before its commit was seen.
const CLOCK_SLACK_MS = 60_000;

/** Tells any change of the stored definitions: versions are only ever added. */
export async function definitionsMark(query: Query): Promise<string> {
  const [row] = await query<{ mark: string }>(
    `SELECT count(*) || ' ' || coalesce(max(in_force_from)::text, '') AS mark FROM sagascope.definition WHERE kind = 'saga'`,
  );
  return row?.mark ?? '';
}

/** All versions, and those that the sagas of before still have to be folded with. */
export async function readDefinitions(
  query: Query,
  onUnreadable: (type: string, version: number, error: Error) => void,
): Promise<{ versions: DefinitionVersion[]; pending: DefinitionVersion[] }> {
  const versions = await loadDefinitions(query, onUnreadable);
  const done = await query<{ type: string; version: number }>(
    'SELECT type, version FROM sagascope.definition_applied WHERE done_at IS NOT NULL',
  );
  const applied = new Set(done.map(({ type, version }) => JSON.stringify([type, version])));
  return {
    versions,
    pending: versions.filter(({ type, version }) => !applied.has(JSON.stringify([type, version]))),
  };
}

/**
 * The next sagas that this version may change, in order of id. Version 1 holds for all history; a later one for sagas
 * that began since, or whose writer names a version.
 */
export async function nextAffected(
  query: Query,
  version: DefinitionVersion,
  versions: readonly DefinitionVersion[],
  hasSagaVersion: boolean,
): Promise<{ sagaIds: string[]; isLast: boolean }> {
  const named = `EXISTS (SELECT FROM public.saga_log l WHERE l.saga_id = s.saga_id AND l.saga_version IS NOT NULL)`;
  const rows = await query<{ id: string }>(
    `SELECT s.saga_id::text AS id FROM sagascope.saga s
     WHERE s.saga_type = ANY($1::text[])
       AND s.saga_id > coalesce((SELECT after_saga FROM sagascope.definition_applied WHERE type = $2 AND version = $3),
                                '00000000-0000-0000-0000-000000000000')
       AND ($3::int = 1 OR s.started_at >= to_timestamp($4::float8 / 1000)${hasSagaVersion ? ` OR ${named}` : ''})
     ORDER BY s.saga_id LIMIT ${PORTION}`,
    [
      affectedTypes(version, versions).map((type) => indexable(type, NAME_CHARACTERS)),
      version.type,
      version.version,
      version.inForceFrom - CLOCK_SLACK_MS,
    ],
  );
  return { sagaIds: rows.map(({ id }) => id), isLast: rows.length < PORTION };
}

/** Remembers how far a version was applied. */
export async function saveApplied(
  query: Query,
  { type, version }: DefinitionVersion,
  afterSaga: string | null,
  isLast: boolean,
): Promise<void> {
  await query(
    `INSERT INTO sagascope.definition_applied (type, version, after_saga, done_at)
     VALUES ($1, $2, $3::uuid, CASE WHEN $4::boolean THEN now() END)
     ON CONFLICT (type, version) DO UPDATE SET after_saga = coalesce(excluded.after_saga, definition_applied.after_saga),
       done_at = excluded.done_at`,
    [type, version, afterSaga, isLast],
  );
}
