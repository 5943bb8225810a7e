-- Snapshots now count the events of each type, and are kept more often. Those of the fold before are not read any more:
-- the worker makes them again, and until then whoever opens a stream.
DELETE FROM sagascope.stream_snapshot;
DELETE FROM sagascope.stream_snapshot_progress;
