import { z } from 'zod';
import { type DefinitionVersion, SagaDefinition, Service } from '@/core/definition/definition';
import type { Query } from './query';

const DefinitionRow = z.object({
  type: z.string(),
  version: z.number().int(),
  source: z.enum(['declared', 'discovered']),
  body: z.string().transform((text, context) => {
    const parsed = SagaDefinition.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: `stored body: ${parsed.error.message}` });
    return z.NEVER;
  }),
  inForceFrom: z.number(),
});

const DEFINITION_COLUMNS = `type, version, source, body::text AS body,
  floor(extract(epoch FROM in_force_from) * 1000)::float8 AS "inForceFrom"`;

/**
 * All saga definitions, every version, by type and version. A stored body that is no definition goes to `onUnreadable`
 * and is left out; without that it throws.
 */
export async function loadDefinitions(
  query: Query,
  onUnreadable?: (type: string, version: number, error: Error) => void,
): Promise<DefinitionVersion[]> {
  const rows = await query<{ type: string; version: number }>(
    `SELECT ${DEFINITION_COLUMNS} FROM sagascope.definition WHERE kind = 'saga' ORDER BY type, version`,
  );
  return rows.flatMap((row) => {
    const parsed = DefinitionRow.safeParse(row);
    if (parsed.success) return [parsed.data];
    if (!onUnreadable) throw parsed.error;
    onUnreadable(row.type, row.version, parsed.error);
    return [];
  });
}

/**
 * Stores a version of a saga definition, in force from now; equal to the latest version it stores nothing and answers
 * that one (`created` false). Concurrent calls for one type wait for each other until the transaction ends: run it in one.
 */
export async function putDefinition(
  query: Query,
  input: { body: SagaDefinition; source: DefinitionVersion['source']; createdBy: string },
): Promise<{ definition: DefinitionVersion; created: boolean }> {
  const { body, source, createdBy } = input;
  const text = JSON.stringify(body);
  await query(
    `SELECT pg_advisory_xact_lock(hashtextextended('sagascope.definition:' || $1::text, 0))::text AS locked`,
    [body.saga],
  );
  const [stored] = await query<unknown>(
    `INSERT INTO sagascope.definition (kind, type, version, source, body, created_by, in_force_from)
     SELECT 'saga', $1::text, coalesce(latest.version, 0) + 1, $2::text, $3::text::jsonb, $4::text, clock_timestamp()
     FROM (SELECT 1) one LEFT JOIN (SELECT version, source, body FROM sagascope.definition
       WHERE kind = 'saga' AND type = $1::text ORDER BY version DESC LIMIT 1) latest ON true
     WHERE latest.version IS NULL OR latest.body <> $3::text::jsonb OR latest.source <> $2::text
     RETURNING ${DEFINITION_COLUMNS}`,
    [body.saga, source, text, createdBy],
  );
  if (stored) return { definition: DefinitionRow.parse(stored), created: true };
  const [latest] = await query<unknown>(
    `SELECT ${DEFINITION_COLUMNS} FROM sagascope.definition WHERE kind = 'saga' AND type = $1::text
     ORDER BY version DESC LIMIT 1`,
    [body.saga],
  );
  return { definition: DefinitionRow.parse(latest), created: false };
}

const ServiceRow = z
  .object({ name: z.string(), url: z.string(), secretEnv: z.string().nullable(), evidence: z.string() })
  .transform(({ secretEnv, ...rest }) => Service.parse({ ...rest, ...(secretEnv === null ? {} : { secretEnv }) }));

/** All participant services by name. */
export async function loadServices(query: Query): Promise<Service[]> {
  const rows = await query<unknown>(
    'SELECT name, url, secret_env AS "secretEnv", evidence FROM sagascope.service ORDER BY name',
  );
  return rows.map((row) => ServiceRow.parse(row));
}

/** Creates or replaces a service's record; the last one to write wins. */
export async function putService(query: Query, service: Service, updatedBy: string): Promise<void> {
  await query(
    `INSERT INTO sagascope.service (name, url, secret_env, evidence, updated_by)
     VALUES ($1::text, $2::text, $3::text, $4::text, $5::text)
     ON CONFLICT (name) DO UPDATE SET url = excluded.url, secret_env = excluded.secret_env,
       evidence = excluded.evidence, updated_at = now(), updated_by = excluded.updated_by`,
    [service.name, service.url, service.secretEnv ?? null, service.evidence, updatedBy],
  );
}
