-- Value → what it belongs to: what the search box reads. Kept by both projectors, each its own kinds: saga by the one of
-- saga_log; stream, flow, trace and value by the one of event_store. Events are found in event_index by their id.
-- value is lower-cased and at most 200 characters; "C" makes a prefix one stretch of an index.
CREATE TABLE sagascope.search_key (
  tenant_id   text COLLATE "C" NOT NULL DEFAULT '',
  kind        text COLLATE "C" NOT NULL,
  value       text COLLATE "C" NOT NULL,
  -- saga: '', saga id; stream: aggregate type, aggregate id; flow and trace: '', correlation id ('' where the trace has
  -- none); value: field, the value as it was written
  target_type text COLLATE "C" NOT NULL DEFAULT '',
  target      text COLLATE "C" NOT NULL,
  -- what the value is of its target, in words: "business key", "customerId"
  field       text NOT NULL,
  PRIMARY KEY (tenant_id, kind, value, target_type, target)
);
-- For people of all tenants: the key above begins with one.
CREATE INDEX search_key_value ON sagascope.search_key (kind, value);
