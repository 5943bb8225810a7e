-- Imports of event logs: one row each. The events on their way are in tables import_<id> of this schema, which go when
-- the import ends; those of a process that was killed go when the next look finds its heartbeat still.
CREATE TABLE sagascope.import_job (
  id               uuid        PRIMARY KEY,
  -- '' : the events have no tenant
  tenant_id        text        NOT NULL DEFAULT '',
  file             text        NOT NULL,
  started_by       text        NOT NULL,
  state            text        NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
  phase            text        NOT NULL DEFAULT 'reading',
  bytes_read       bigint      NOT NULL DEFAULT 0,
  bytes_total      bigint,
  events           bigint      NOT NULL DEFAULT 0,
  written          bigint      NOT NULL DEFAULT 0,
  known            bigint      NOT NULL DEFAULT 0,
  cases            bigint      NOT NULL DEFAULT 0,
  bad_lines        bigint      NOT NULL DEFAULT 0,
  -- [{at, message}], the first hundred
  bad              jsonb       NOT NULL DEFAULT '[]',
  message          text,
  cancelled_by     text,
  started_at       timestamptz NOT NULL DEFAULT now(),
  heartbeat_at     timestamptz NOT NULL DEFAULT now(),
  ended_at         timestamptz
);
CREATE INDEX import_job_started ON sagascope.import_job (started_at DESC, id);
