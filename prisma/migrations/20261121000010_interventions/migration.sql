-- What people asked for, what was called, and the journal that proves it. None of it is ever rebuilt.

-- Append-only and hash-chained: hash = sha256(prev_hash, then every field of the entry in a fixed order).
-- body is text, not jsonb: the chain covers its very bytes.
CREATE TABLE sagascope.journal (
  seq             bigint      PRIMARY KEY,
  at              timestamptz NOT NULL,
  type            text        NOT NULL,
  tenant_id       text        NOT NULL DEFAULT '',
  saga_id         uuid,
  intervention_id uuid,
  actor           text        NOT NULL,
  role            text        NOT NULL,
  origin          text        NOT NULL,
  body            text        NOT NULL,
  prev_hash       text        NOT NULL,
  hash            text        NOT NULL UNIQUE
);
CREATE INDEX journal_saga ON sagascope.journal (saga_id, seq) WHERE saga_id IS NOT NULL;
CREATE INDEX journal_intervention ON sagascope.journal (intervention_id, seq) WHERE intervention_id IS NOT NULL;

CREATE FUNCTION sagascope.refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'sagascope.journal is append-only: % is refused', TG_OP;
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON sagascope.journal
  FOR EACH ROW EXECUTE FUNCTION sagascope.refuse_journal_change();
CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON sagascope.journal
  FOR EACH STATEMENT EXECUTE FUNCTION sagascope.refuse_journal_change();

-- The state, changed by compare-and-set on version in the transaction that appends the journal entry.
CREATE TABLE sagascope.intervention (
  id           uuid        PRIMARY KEY,
  tenant_id    text        NOT NULL DEFAULT '',
  saga_id      uuid        NOT NULL,
  saga_type    text        NOT NULL,
  action       text        NOT NULL,
  step_name    text,
  state        text        NOT NULL,
  requested_by text        NOT NULL,
  -- of the whole request: the same body again is the same request, another body is refused
  request_hash text        NOT NULL,
  plan_hash    text        NOT NULL,
  -- JSON text of the frozen plan, and of the course that the journal's events make
  plan         text        NOT NULL,
  course       text        NOT NULL,
  version      int         NOT NULL DEFAULT 1,
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL
);
-- One active intervention per saga; the three stopped states stay active until retried or given up.
CREATE UNIQUE INDEX intervention_active ON sagascope.intervention (saga_id) WHERE state IN
  ('awaiting_approval', 'approved', 'dispatching', 'accepted', 'failed', 'dead_lettered', 'no_evidence');
CREATE INDEX intervention_saga ON sagascope.intervention (saga_id, created_at DESC);
CREATE INDEX intervention_newest ON sagascope.intervention (created_at DESC, id DESC);

-- Key and bytes of the first call for an effect; every later call for it, from any intervention, sends the same.
CREATE TABLE sagascope.effect (
  saga_id         uuid        NOT NULL,
  step_name       text        NOT NULL,
  action          text        NOT NULL CHECK (action IN ('compensate', 'retry')),
  undoes          bigint      NOT NULL,
  compensation_id uuid        NOT NULL,
  key             text        NOT NULL UNIQUE,
  body            text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (saga_id, step_name, action, undoes)
);
