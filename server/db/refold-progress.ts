import { affectedTypes } from '@/core/definition/affected';
import { loadDefinitions } from './definitions';
import type { Query } from './query';

const COUNTED = 10_000;
const CLOCK_SLACK_MS = 60_000;
/** An intervention's mark is gone in a moment; only what stays is worth a word. */
const MARK_SECONDS = 5;

/** What the projector still has to fold again. */
interface RefoldProgress {
  /** Types with a definition version that the sagas of before do not show yet; none without such a saga. */
  types: string[];
  /** Sagas that lists may still show as they were; 10,000 and `capped`: that many or more. */
  sagas: { value: number; capped: boolean };
}

/** How much is still to be folded again after a definition or an intervention changed. A few look-ups when nothing is. */
export async function refoldProgress(query: Query): Promise<RefoldProgress> {
  const pending = await query<{ type: string; version: number; after: string | null }>(
    `select d.type, d.version, a.after_saga::text as after from sagascope.definition d
     left join sagascope.definition_applied a on a.type = d.type and a.version = d.version
     where d.kind = 'saga' and a.done_at is null`,
  );
  const [marks] = await query<{ sagas: number }>(
    `select count(*)::int as sagas from (select from sagascope.refold
       where requested_at < now() - make_interval(secs => ${MARK_SECONDS}) limit ${COUNTED}) r`,
  );
  const types = new Set<string>();
  let sagas = marks?.sagas ?? 0;
  // One that cannot be read is never applied, so it is not waited for either.
  const versions = pending.length === 0 ? [] : await loadDefinitions(query, () => undefined);
  for (const { type, version, after } of pending) {
    const definition = versions.find((one) => one.type === type && one.version === version);
    if (!definition) continue;
    const [left] = await query<{ sagas: number }>(
      `select count(*)::int as sagas from (select from sagascope.saga s where s.saga_type = any($1::text[])
         and s.saga_id > coalesce($2::text::uuid, '00000000-0000-0000-0000-000000000000')
         and ($3::int = 1 or s.started_at >= to_timestamp($4::float8 / 1000)) limit ${COUNTED}) s`,
      [affectedTypes(definition, versions), after, version, definition.inForceFrom - CLOCK_SLACK_MS],
    );
    if (left === undefined || left.sagas === 0) continue;
    sagas += left.sagas;
    types.add(type);
  }
  return { types: [...types], sagas: { value: Math.min(sagas, COUNTED), capped: sagas >= COUNTED } };
}
