-- When a session was last used, to a minute: its own renewal says so only to an hour.
ALTER TABLE sagascope.person_session ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now();
