-- Lists of one tenant are walks of their own, however rare its rows are among all others'. By status, because a list
-- without one is five of these merged; by the start, since a tenant may have been silent for long.
CREATE INDEX saga_tenant_status_updated ON sagascope.saga (tenant_id, status, updated_at DESC, saga_id DESC);
CREATE INDEX saga_tenant_started ON sagascope.saga (tenant_id, started_at DESC, saga_id DESC);
CREATE INDEX intervention_tenant ON sagascope.intervention (tenant_id, created_at DESC, id DESC);
CREATE INDEX journal_tenant ON sagascope.journal (tenant_id, seq);
