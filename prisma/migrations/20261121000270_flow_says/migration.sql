-- The parts of a payload from which the second line of an event in the picture of its flow is made
-- (core/event/event-says.ts). Read where the payload lies, once, by the projector: no view of a flow reads payloads, and
-- none leaves the database. All null: the payload is large, cannot be read as jsonb, or says nothing of these.
-- code: as the column error of saga_log has it (contract part 1), code before message before category; or in one word.
-- amount: a plain decimal number as it was written, beside its currency in the capitals of ISO 4217.
CREATE FUNCTION sagascope.payload_says(payload jsonb, OUT code text, OUT amount text, OUT currency text)
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (SELECT left(btrim(c.value #>> '{}'), 120)
            FROM (VALUES (1, payload #> '{error,code}'), (2, payload -> 'error_code'), (3, payload -> 'errorCode'),
                         (4, payload -> 'code'), (5, payload -> 'error'), (6, payload #> '{error,message}'),
                         (7, payload #> '{error,category}')) AS c(n, value)
           WHERE jsonb_typeof(c.value) IN ('string', 'number') AND btrim(c.value #>> '{}') <> ''
           ORDER BY c.n LIMIT 1),
         m.amount, m.currency
    FROM (SELECT 1) one
    LEFT JOIN LATERAL (
      SELECT a.amount #>> '{}', a.currency #>> '{}'
        FROM (VALUES (1, payload -> 'amount', payload -> 'currency'), (2, payload -> 'total', payload -> 'currency'),
                     (3, payload #> '{amount,value}', payload #> '{amount,currency}')) AS a(n, amount, currency)
       WHERE jsonb_typeof(a.amount) IN ('string', 'number') AND a.amount #>> '{}' ~ '^-?\d{1,18}(\.\d{1,6})?$'
         AND jsonb_typeof(a.currency) = 'string' AND a.currency #>> '{}' ~ '^[A-Z]{3}$'
       ORDER BY a.n LIMIT 1) AS m(amount, currency) ON true
   WHERE pg_column_size(payload) <= 65536
$$;

-- A json column, unlike a jsonb one, may hold what jsonb refuses.
CREATE FUNCTION sagascope.payload_says(payload json, OUT code text, OUT amount text, OUT currency text)
  LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  SELECT s.code, s.amount, s.currency INTO code, amount, currency FROM sagascope.payload_says(payload::jsonb) s;
EXCEPTION WHEN data_exception THEN
  NULL;
END $$;

-- What an event says beside its name; '' nothing.
ALTER TABLE sagascope.flow_event ADD COLUMN says text NOT NULL DEFAULT '';
-- What all events of a group say; null: not all the same.
ALTER TABLE sagascope.flow_group ADD COLUMN says text DEFAULT '';
