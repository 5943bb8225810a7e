-- POST /saga-log by Idempotency-Key: the answer is remembered for 24 hours, so that a repeat writes nothing.
CREATE TABLE sagascope.ingest_request (
  actor      text        NOT NULL,
  key        text        NOT NULL,
  -- of the rows as they were understood
  body_hash  text        NOT NULL,
  -- JSON text; null only inside the transaction that writes the rows
  answer     text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor, key)
);
CREATE INDEX ingest_request_created ON sagascope.ingest_request (created_at);

-- Rows of saga_log that came in with ?backfill=1, as ranges of ids per saga: what they bring about is not counted in
-- metric_counter. Kept through a rebuild.
CREATE TABLE sagascope.backfilled_rows (
  saga_id uuid   NOT NULL,
  from_id bigint NOT NULL,
  to_id   bigint NOT NULL,
  PRIMARY KEY (saga_id, from_id)
);
