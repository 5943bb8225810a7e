-- What lists, flows and searches read of an event, kept by the projector behind the writers: they pay for no index of
-- ours, and an adopted table that may only be read is served as well. The payload stays where it is.
CREATE TABLE sagascope.event_index (
  tenant_id      text        NOT NULL DEFAULT '',
  position       bigint      NOT NULL,
  event_id       uuid        NOT NULL,
  aggregate_type text        NOT NULL,
  aggregate_id   text        NOT NULL,
  version        bigint      NOT NULL,
  -- as written, then without the V suffix that gave event_version
  event_type     text        NOT NULL,
  event_name     text        NOT NULL,
  event_version  int         NOT NULL,
  service        text,
  correlation_id text,
  causation_id   text,
  saga_id        text,
  trace_id       text,
  occurred_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, position)
);
CREATE UNIQUE INDEX event_index_position ON sagascope.event_index (position);
CREATE INDEX event_index_event_id ON sagascope.event_index (event_id);
CREATE INDEX event_index_occurred ON sagascope.event_index (occurred_at, position);
CREATE INDEX event_index_aggregate ON sagascope.event_index (aggregate_type, aggregate_id, version);
CREATE INDEX event_index_aggregate_type ON sagascope.event_index (aggregate_type, position);
CREATE INDEX event_index_name ON sagascope.event_index (event_name, position);
CREATE INDEX event_index_service ON sagascope.event_index (service, position) WHERE service IS NOT NULL;
CREATE INDEX event_index_correlation ON sagascope.event_index (correlation_id, position) WHERE correlation_id IS NOT NULL;
CREATE INDEX event_index_saga ON sagascope.event_index (saga_id, position) WHERE saga_id IS NOT NULL;
