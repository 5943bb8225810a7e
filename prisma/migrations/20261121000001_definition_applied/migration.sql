-- Which definition versions were applied to the sagas that were there before them: a first definition holds for all
-- history of its type. after_saga: where the projector, which does this in portions, goes on after a restart.
CREATE TABLE sagascope.definition_applied (
  type       text NOT NULL,
  version    int  NOT NULL,
  after_saga uuid,
  done_at    timestamptz,
  PRIMARY KEY (type, version)
);
