-- Which import brought an event: what an import's "Show events" lists. NULL: none did, or one from before this column.
ALTER TABLE sagascope.event_index ADD COLUMN import_id text;
CREATE INDEX event_index_import ON sagascope.event_index (import_id, position) WHERE import_id IS NOT NULL;
-- Whether the events that it wrote name it, so that they can be listed.
ALTER TABLE sagascope.import_job ADD COLUMN marks_events boolean NOT NULL DEFAULT false;
