-- Filters of a list under a name: one's own, or shared with everybody. query is the list's address after its "?"; what it
-- shows is decided anew for whoever opens it.
CREATE TABLE sagascope.saved_view (
  id         uuid        PRIMARY KEY,
  list       text        NOT NULL CHECK (list IN ('sagas', 'events')),
  name       text        NOT NULL,
  query      text        NOT NULL,
  shared     boolean     NOT NULL DEFAULT false,
  owner_id   text        NOT NULL REFERENCES sagascope.person (id) ON DELETE CASCADE,
  version    int         NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX saved_view_owner ON sagascope.saved_view (owner_id, list, name);
CREATE INDEX saved_view_shared ON sagascope.saved_view (list, name) WHERE shared;
