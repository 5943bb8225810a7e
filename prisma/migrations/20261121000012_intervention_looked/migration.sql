-- The newest row of the saga when the dispatcher last looked at it: a stopped intervention is looked at again once its
-- saga has a newer one, since a late row still proves it.
ALTER TABLE sagascope.intervention ADD COLUMN looked_log_id bigint NOT NULL DEFAULT 0;
