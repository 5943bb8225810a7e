-- People, their sessions, and the tokens of machines. None of it is ever rebuilt. The first five tables are
-- better-auth's (prisma/schema.prisma maps them); the others are ours.
CREATE TABLE sagascope.person (
  id             text        PRIMARY KEY,
  name           text        NOT NULL,
  email          text        NOT NULL UNIQUE,
  email_verified boolean     NOT NULL DEFAULT false,
  image          text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  -- set: nobody signs in as this person, and every session has ended
  disabled_at    timestamptz,
  -- of the demo: such people make the server refuse any address but loopback
  is_demo        boolean     NOT NULL DEFAULT false
);

CREATE TABLE sagascope.person_session (
  id         text        PRIMARY KEY,
  token      text        NOT NULL UNIQUE,
  user_id    text        NOT NULL REFERENCES sagascope.person (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_session_user ON sagascope.person_session (user_id);

CREATE TABLE sagascope.person_account (
  id                       text        PRIMARY KEY,
  account_id               text        NOT NULL,
  provider_id              text        NOT NULL,
  user_id                  text        NOT NULL REFERENCES sagascope.person (id) ON DELETE CASCADE,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text,
  password                 text,
  created_at               timestamptz NOT NULL DEFAULT now(),
  updated_at               timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_account_user ON sagascope.person_account (user_id);
CREATE UNIQUE INDEX person_account_provider ON sagascope.person_account (provider_id, account_id);

CREATE TABLE sagascope.person_verification (
  id         text        PRIMARY KEY,
  identifier text        NOT NULL,
  value      text        NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX person_verification_identifier ON sagascope.person_verification (identifier);

CREATE TABLE sagascope.sign_in_rate (
  id           text   PRIMARY KEY,
  key          text   NOT NULL UNIQUE,
  count        int    NOT NULL,
  last_request bigint NOT NULL
);

-- The roles that a person holds, each everywhere (null) or for some tenants and saga types only.
CREATE TABLE sagascope.person_grant (
  user_id    text   NOT NULL REFERENCES sagascope.person (id) ON DELETE CASCADE,
  n          int    NOT NULL,
  role       text   NOT NULL CHECK (role IN ('viewer', 'support', 'engineer', 'operator', 'approver', 'admin')),
  tenants    text[],
  saga_types text[],
  PRIMARY KEY (user_id, n)
);

-- One-time links: to set the console up, to accept an invitation, to choose a new password. Only a hash is kept.
CREATE TABLE sagascope.person_link (
  token_hash text        PRIMARY KEY,
  purpose    text        NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'reset')),
  user_id    text        REFERENCES sagascope.person (id) ON DELETE CASCADE,
  created_by text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX person_link_user ON sagascope.person_link (user_id);

-- Machines. Only a hash of a token is kept; its first characters tell it from others in a list.
CREATE TABLE sagascope.api_token (
  id           uuid        PRIMARY KEY,
  name         text        NOT NULL,
  token_hash   text        NOT NULL UNIQUE,
  prefix       text        NOT NULL,
  scopes       text[]      NOT NULL,
  tenants      text[],
  saga_types   text[],
  created_by   text        NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);

-- What the console made for itself where the environment gave nothing: the secret that signs cookies.
CREATE TABLE sagascope.console_secret (
  name       text        PRIMARY KEY,
  value      text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
