-- What the picture of a flow reads: events of one correlation, folded where type and cause repeat, kept by the projector
-- so that no first view reads the events themselves. flow_id = hash of tenant and correlation, group_id = hash of its
-- cause, name and service (worker/projector/events/flow-ids.ts).
CREATE TABLE sagascope.flow (
  tenant_id      text        NOT NULL DEFAULT '',
  flow_id        uuid        NOT NULL,
  correlation_id text        NOT NULL,
  events         bigint      NOT NULL,
  groups         bigint      NOT NULL,
  failures       bigint      NOT NULL,
  first_position bigint      NOT NULL,
  last_position  bigint      NOT NULL,
  first_at       timestamptz NOT NULL,
  last_at        timestamptz NOT NULL,
  first_failure  bigint,
  -- how many events when: at most 96 equal spans of tick_ms (a power of two); only those that hold an event
  tick_ms        bigint      NOT NULL,
  tick_at        bigint[]    NOT NULL,
  tick_events    bigint[]    NOT NULL,
  tick_failed    bigint[]    NOT NULL,
  tick_undone    bigint[]    NOT NULL,
  PRIMARY KEY (tenant_id, flow_id)
);
CREATE INDEX flow_correlation ON sagascope.flow (correlation_id);

CREATE TABLE sagascope.flow_service (
  tenant_id      text   NOT NULL DEFAULT '',
  flow_id        uuid   NOT NULL,
  service        text   NOT NULL,
  events         bigint NOT NULL,
  first_position bigint NOT NULL,
  PRIMARY KEY (tenant_id, flow_id, service)
);

-- Events of one flow with the same cause, name and service.
CREATE TABLE sagascope.flow_group (
  tenant_id      text        NOT NULL DEFAULT '',
  flow_id        uuid        NOT NULL,
  group_id       uuid        NOT NULL,
  -- none: they name no cause; event: cause_group is where their causes stand; ghost: cause_event is in no row of the
  -- flow; self: they name themselves; cycle: their cause is among their own effects
  cause          text        NOT NULL CHECK (cause IN ('none', 'event', 'ghost', 'self', 'cycle')),
  cause_group    uuid,
  cause_event    text,
  event_name     text        NOT NULL,
  service        text        NOT NULL,
  events         bigint      NOT NULL,
  first_position bigint      NOT NULL,
  last_position  bigint      NOT NULL,
  first_at       timestamptz NOT NULL,
  last_at        timestamptz NOT NULL,
  -- the event of the flow that came right before the first of these
  after_position bigint,
  PRIMARY KEY (tenant_id, group_id)
);
CREATE INDEX flow_group_first ON sagascope.flow_group (tenant_id, flow_id, first_position);
CREATE INDEX flow_group_cause ON sagascope.flow_group (cause_group) WHERE cause_group IS NOT NULL;
CREATE INDEX flow_group_ghost ON sagascope.flow_group (cause_event) WHERE cause = 'ghost';

CREATE TABLE sagascope.flow_event (
  tenant_id text   NOT NULL DEFAULT '',
  position  bigint NOT NULL,
  group_id  uuid   NOT NULL,
  PRIMARY KEY (tenant_id, position)
);
CREATE INDEX flow_event_group ON sagascope.flow_event (group_id, position);
