-- When the log was last read to its end: a row that waits became visible after that, however long ago it was written.
ALTER TABLE sagascope.checkpoint ADD COLUMN caught_up_at timestamptz;
