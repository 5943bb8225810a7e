-- Lists of one tenant are walks of their own, however rare its rows are among all others'. Nulls last, which no other
-- index has and no column here needs: the planner guesses that an index without the tenant finds its rows soon enough,
-- and is wrong where they are all old. Where no row has a tenant, these indexes are empty.
DROP INDEX sagascope.saga_tenant_status_updated, sagascope.saga_tenant_started;
CREATE INDEX saga_tenant_status_updated ON sagascope.saga
  (tenant_id, status, updated_at DESC NULLS LAST, saga_id DESC NULLS LAST) WHERE tenant_id <> '';
CREATE INDEX saga_tenant_type_status_updated ON sagascope.saga
  (tenant_id, saga_type, status, updated_at DESC NULLS LAST, saga_id DESC NULLS LAST) WHERE tenant_id <> '';
CREATE INDEX saga_tenant_started ON sagascope.saga
  (tenant_id, started_at DESC NULLS LAST, saga_id DESC NULLS LAST) WHERE tenant_id <> '';
CREATE INDEX saga_tenant_error ON sagascope.saga
  (tenant_id, error_code, updated_at DESC NULLS LAST, saga_id DESC NULLS LAST) WHERE tenant_id <> '' AND error_code IS NOT NULL;
