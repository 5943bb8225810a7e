/** The two logs exactly as part 1 of the contract has them. Run only where the table does not exist. */
export const CREATE_LOG = {
  saga_log: `
    CREATE TABLE public.saga_log (
      id                  bigserial    PRIMARY KEY,
      saga_id             uuid         NOT NULL,
      step_name           varchar(64)  NOT NULL,
      status              varchar(16)  NOT NULL
        CONSTRAINT saga_log_status_check CHECK (status IN ('PENDING', 'SUCCESS', 'FAILED', 'COMPENSATED')),
      created_at          timestamptz  NOT NULL DEFAULT now(),
      saga_type           text,
      phase               varchar(16),
      attempt             int,
      error               jsonb,
      context             jsonb,
      compensating_action varchar(64),
      compensation_id     uuid,
      saga_version        int,
      correlation_id      text,
      trace_id            text,
      tenant_id           text,
      service             text
    );
    CREATE INDEX saga_log_saga_id_id ON public.saga_log (saga_id, id);`,
  event_store: `
    CREATE TABLE public.event_store (
      position       bigserial   PRIMARY KEY,
      event_id       uuid        UNIQUE DEFAULT gen_random_uuid(),
      aggregate_type text        NOT NULL DEFAULT '',
      aggregate_id   text        NOT NULL,
      version        bigint      NOT NULL,
      event_type     text        NOT NULL,
      event_version  int         NOT NULL DEFAULT 1,
      payload        jsonb       NOT NULL,
      metadata       jsonb       NOT NULL DEFAULT '{}',
      occurred_at    timestamptz NOT NULL DEFAULT now(),
      UNIQUE (aggregate_type, aggregate_id, version)
    );`,
} as const;

/** The correlation id of an event, in the order in which metadata is read. Indexed: use this very text in a WHERE. */
export const EVENT_CORRELATION = `coalesce(metadata->>'correlation_id', metadata->>'correlationId', metadata->>'$correlationId')`;

export const CREATE_EVENT_CORRELATION_INDEX = `CREATE INDEX event_store_correlation ON public.event_store ((${EVENT_CORRELATION}), position);`;

/** There is no trigger on INSERT: NOTIFY there would serialise the commits of the whole cluster. */
export const APPEND_ONLY_FUNCTION = `
  CREATE OR REPLACE FUNCTION sagascope.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only: % is refused. Insert a new row instead.', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END $$;`;

/** Statement triggers: they fire for no row at all too, and the cost of an INSERT is not touched. */
export const appendOnlyTrigger = (table: LogTable) => `
  CREATE TRIGGER sagascope_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.${table}
    FOR EACH STATEMENT EXECUTE FUNCTION sagascope.refuse_change();`;

export type LogTable = keyof typeof CREATE_LOG;

/** Begins the table's comment where we created it: survives dump and restore, and anyone may read it. */
export const CREATED_BY_US = 'Created by Sagascope';

/** Without these a table of this name cannot be followed. */
export const REQUIRED_COLUMNS: Record<LogTable, readonly string[]> = {
  saga_log: ['id', 'saga_id', 'step_name', 'status', 'created_at'],
  event_store: ['position', 'aggregate_id', 'version', 'event_type', 'payload'],
};

/**
 * What an owner adds to an adopted table. Nullable, and no rewrite: a constant default is kept in the catalogue, and a
 * computed one is set afterwards, for rows to come only.
 */
export const OPTIONAL_COLUMNS: Record<
  LogTable,
  Readonly<Record<string, { type: string; defaultForNewRows?: string }>>
> = {
  saga_log: {
    saga_type: { type: 'text' },
    phase: { type: 'varchar(16)' },
    attempt: { type: 'int' },
    error: { type: 'jsonb' },
    context: { type: 'jsonb' },
    compensating_action: { type: 'varchar(64)' },
    compensation_id: { type: 'uuid' },
    saga_version: { type: 'int' },
    correlation_id: { type: 'text' },
    trace_id: { type: 'text' },
    tenant_id: { type: 'text' },
    service: { type: 'text' },
  },
  event_store: {
    event_id: { type: 'uuid', defaultForNewRows: 'gen_random_uuid()' },
    aggregate_type: { type: `text DEFAULT ''` },
    event_version: { type: 'int DEFAULT 1' },
    metadata: { type: `jsonb DEFAULT '{}'` },
    occurred_at: { type: 'timestamptz', defaultForNewRows: 'now()' },
  },
};

/** One row per log table: what exists, and what the current role may do with it. */
export const INSPECT_LOGS = `
  SELECT t.name AS "table",
         c.oid IS NOT NULL AS "exists",
         coalesce(obj_description(c.oid, 'pg_class') LIKE '${CREATED_BY_US}%', false) AS "createdByUs",
         EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'sagascope_append_only'
                 AND g.tgenabled <> 'D') AS "appendOnly",
         coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '{}') AS "columns",
         coalesce(pg_has_role(c.relowner, 'USAGE'), has_schema_privilege('public', 'CREATE')) AS "owns",
         coalesce(has_table_privilege(c.oid, 'SELECT'), false) AS "selects",
         coalesce(has_table_privilege(c.oid, 'INSERT') AND coalesce(has_sequence_privilege(s.seq, 'USAGE'), true), false)
           AS "inserts"
  FROM unnest(ARRAY['saga_log', 'event_store']) WITH ORDINALITY AS t(name, n)
  LEFT JOIN pg_class c ON c.oid = to_regclass('public.' || t.name) AND c.relkind IN ('r', 'p')
  LEFT JOIN LATERAL (
    -- an identity column's sequence needs no right of its own
    SELECT d.objid AS seq FROM pg_depend d JOIN pg_class sc ON sc.oid = d.objid AND sc.relkind = 'S'
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'
    LIMIT 1
  ) s ON true
  ORDER BY t.n`;
