-- Everything of ours lives in schema sagascope. Read models can be dropped and rebuilt from the logs (npm run rebuild);
-- definition, service, seen_row, checkpoint identity and metric_counter cannot.
-- CREATE SCHEMA IF NOT EXISTS would ask for the right even where the schema is there already.
DO $$ BEGIN
  IF to_regnamespace('sagascope') IS NULL THEN CREATE SCHEMA sagascope; END IF;
END $$;

CREATE TABLE sagascope.definition (
  kind          text        NOT NULL DEFAULT 'saga' CHECK (kind IN ('saga', 'aggregate')),
  type          text        NOT NULL,
  version       int         NOT NULL CHECK (version >= 1),
  source        text        NOT NULL CHECK (source IN ('declared', 'discovered')),
  body          jsonb       NOT NULL,
  in_force_from timestamptz NOT NULL DEFAULT now(),
  created_by    text        NOT NULL,
  PRIMARY KEY (kind, type, version)
);

CREATE TABLE sagascope.service (
  name       text PRIMARY KEY,
  url        text NOT NULL,
  secret_env text,
  evidence   text NOT NULL DEFAULT 'log' CHECK (evidence IN ('log', 'answer')),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL
);

-- One row per saga: what lists, counts and the worklist read. tenant_id '' stands for rows without a tenant.
CREATE TABLE sagascope.saga (
  tenant_id           text        NOT NULL DEFAULT '',
  saga_id             uuid        NOT NULL,
  saga_type           text        NOT NULL,
  status              text        NOT NULL,
  -- [{reason, since (epoch ms), stepName}], worst first; attention_since is the earliest since
  attention           jsonb       NOT NULL DEFAULT '[]',
  attention_since     timestamptz,
  business_key        text,
  correlation_id      text        NOT NULL,
  trace_id            text,
  service             text,
  steps               jsonb       NOT NULL,
  step_names          text[]      NOT NULL,
  current_step        text,
  error_code          text,
  error_attempts      int,
  error_category      text,
  error_step          text,
  headline            text        NOT NULL,
  suggestion          jsonb,
  -- unsettled effects still in the world, and whether the saga is going back (saga_compensation_pending)
  outstanding         int         NOT NULL,
  in_doubt            int         NOT NULL,
  going_back          boolean     NOT NULL,
  started_at          timestamptz NOT NULL,
  updated_at          timestamptz NOT NULL,
  first_log_id        bigint      NOT NULL,
  last_log_id         bigint      NOT NULL,
  row_count           bigint      NOT NULL,
  definition_version  int,
  definition_source   text,
  historic            boolean     NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, saga_id)
);
CREATE UNIQUE INDEX saga_id_key ON sagascope.saga (saga_id);
CREATE INDEX saga_status_updated ON sagascope.saga (status, updated_at DESC, saga_id DESC);
CREATE INDEX saga_updated ON sagascope.saga (updated_at DESC, saga_id DESC);
CREATE INDEX saga_started ON sagascope.saga (started_at DESC, saga_id DESC);
CREATE INDEX saga_type_updated ON sagascope.saga (saga_type, updated_at DESC, saga_id DESC);
CREATE INDEX saga_business_key ON sagascope.saga (business_key text_pattern_ops);
CREATE INDEX saga_correlation ON sagascope.saga (correlation_id);
CREATE INDEX saga_trace ON sagascope.saga (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX saga_error ON sagascope.saga (error_code, updated_at DESC, saga_id DESC) WHERE error_code IS NOT NULL;
CREATE INDEX saga_steps ON sagascope.saga USING gin (step_names);
CREATE INDEX saga_attention ON sagascope.saga (attention_since, saga_id) WHERE attention_since IS NOT NULL AND NOT historic;

-- Kept counters: sagas by type and present status; equal to a count over sagascope.saga at any commit.
CREATE TABLE sagascope.status_count (
  tenant_id text   NOT NULL DEFAULT '',
  saga_type text   NOT NULL,
  status    text   NOT NULL,
  sagas     bigint NOT NULL,
  PRIMARY KEY (tenant_id, saga_type, status)
);

-- Sagas by minute: started by started_at; the other three by updated_at of the sagas that are in that status now.
CREATE TABLE sagascope.minute_stat (
  tenant_id   text        NOT NULL DEFAULT '',
  saga_type   text        NOT NULL,
  minute      timestamptz NOT NULL,
  started     int         NOT NULL DEFAULT 0,
  failed      int         NOT NULL DEFAULT 0,
  compensated int         NOT NULL DEFAULT 0,
  completed   int         NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, saga_type, minute)
);
CREATE INDEX minute_stat_minute ON sagascope.minute_stat (minute);

-- One row per followed log. row_hash and system_identifier notice a restored or replaced log (contract part 6).
CREATE TABLE sagascope.checkpoint (
  log               text PRIMARY KEY,
  last_id           bigint      NOT NULL DEFAULT 0,
  row_hash          text,
  system_identifier text,
  -- the follower's state in words for /api/health: running, held, needs_rebuild
  state             text        NOT NULL DEFAULT 'running',
  state_text        text,
  -- created_at to applied, of the newest batch
  lag_ms            bigint,
  polled_at         timestamptz NOT NULL DEFAULT now(),
  applied_at        timestamptz,
  rows_applied      bigint      NOT NULL DEFAULT 0,
  -- when the console first looked at this log: sagas silent for 7 days before are historic
  first_started_at  timestamptz NOT NULL DEFAULT now(),
  first_started_id  bigint      NOT NULL DEFAULT 0
);

CREATE TABLE sagascope.open_gap (
  log      text        NOT NULL,
  from_id  bigint      NOT NULL,
  to_id    bigint      NOT NULL,
  -- [{v, pid, since}]: the lock holders that are waited for; null: taken afresh by the next follower
  holders  jsonb,
  why      text        NOT NULL,
  since    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (log, from_id)
);

CREATE TABLE sagascope.skipped_position (
  log        text        NOT NULL,
  from_id    bigint      NOT NULL,
  to_id      bigint      NOT NULL,
  skipped_at timestamptz NOT NULL DEFAULT now(),
  -- ids of the range that turned up all the same: a fault of the source
  found      bigint[]    NOT NULL DEFAULT '{}',
  PRIMARY KEY (log, from_id)
);

-- Rows whose writer's clock was ahead of the database's when they were first seen: at = least(created_at, seen_at).
-- Kept through a rebuild; every other row's at is its created_at.
CREATE TABLE sagascope.seen_row (
  log     text        NOT NULL,
  id      bigint      NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (log, id)
);

-- Raised with the checkpoint, never lowered, never rebuilt (contract part 5).
CREATE TABLE sagascope.metric_counter (
  name      text   NOT NULL,
  tenant_id text   NOT NULL DEFAULT '',
  service   text   NOT NULL,
  saga_type text   NOT NULL,
  value     bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (name, tenant_id, service, saga_type)
);
-- Which sagas were counted already, so that a rebuild or a second fold counts none twice.
CREATE TABLE sagascope.metric_counted (
  saga_id uuid NOT NULL,
  name    text NOT NULL,
  PRIMARY KEY (saga_id, name)
);
