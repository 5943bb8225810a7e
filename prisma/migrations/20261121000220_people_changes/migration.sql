-- What changes of people rest on: a version that each of them raises, so that a stale page is refused; and when a
-- person last asked for anything, which outlives their sessions.
ALTER TABLE sagascope.person
  ADD COLUMN version      int NOT NULL DEFAULT 1,
  ADD COLUMN last_seen_at timestamptz;
CREATE INDEX person_by_name ON sagascope.person (lower(name), id);

-- Tokens are listed newest first; who made one is the id of a person.
CREATE INDEX api_token_newest ON sagascope.api_token (created_at, id);
CREATE INDEX api_token_creator ON sagascope.api_token (created_by);
