-- Sign-ins counted per account and per known browser, in the shape that rate-limiter-flexible writes. Not logged: after
-- a crash of PostgreSQL the counting begins again.
CREATE UNLOGGED TABLE sagascope.attempt_rate (
  key    varchar(255) PRIMARY KEY,
  points integer      NOT NULL DEFAULT 0,
  -- epoch ms; null: never
  expire bigint
);
CREATE INDEX attempt_rate_expire ON sagascope.attempt_rate (expire);
