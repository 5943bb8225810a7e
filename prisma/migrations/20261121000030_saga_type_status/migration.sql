-- A list by type, or by type and status, walks one stretch of this index per combination: flat, however rare it is.
CREATE INDEX saga_type_status_updated ON sagascope.saga (saga_type, status, updated_at DESC, saga_id DESC);
DROP INDEX sagascope.saga_type_updated;
