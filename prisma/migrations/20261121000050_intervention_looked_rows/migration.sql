-- How many rows its saga had when the dispatcher last looked. The newest id does not tell: a row with a lower one may
-- commit after it, and proves a stopped intervention all the same.
ALTER TABLE sagascope.intervention DROP COLUMN looked_log_id, ADD COLUMN looked_rows bigint NOT NULL DEFAULT 0;
