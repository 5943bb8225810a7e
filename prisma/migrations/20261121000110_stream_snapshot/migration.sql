-- A stream folded up to a version, so that one of 100,000 events opens like one of 100. Made when it is due, never
-- needed: whatever is missing or does not fit the events is folded again from them.
CREATE TABLE sagascope.stream_snapshot (
  -- the one tenant of all its events; '': they have none, or not one and the same
  tenant_id      text        NOT NULL DEFAULT '',
  aggregate_type text        NOT NULL,
  aggregate_id   text        NOT NULL,
  -- how it was folded: merge:1, or the hash of a reducer's source. Another hash is another snapshot.
  reducer        text        NOT NULL,
  version        bigint      NOT NULL,
  -- position of its last event: another one there now says that the events are not the same any more
  position       bigint      NOT NULL,
  -- JSON as text: jsonb would put keys into another order
  state          text,
  blame          text        NOT NULL,
  course         text        NOT NULL,
  -- of the course: how many events, the first version, and whether every version between stands there once
  events         bigint      NOT NULL,
  first_version  bigint      NOT NULL,
  gapless        boolean     NOT NULL,
  made_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, aggregate_type, aggregate_id, reducer, version)
);
CREATE INDEX stream_snapshot_nearest ON sagascope.stream_snapshot (aggregate_type, aggregate_id, reducer, version);

-- How far the worker has looked for streams whose next snapshot is due.
CREATE TABLE sagascope.stream_snapshot_progress (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint  NOT NULL
);
