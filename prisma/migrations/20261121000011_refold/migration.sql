-- Sagas to fold again although no row arrived: an intervention of theirs changed. Drained by the projector.
CREATE TABLE sagascope.refold (
  saga_id      uuid        PRIMARY KEY,
  requested_at timestamptz NOT NULL DEFAULT now()
);
