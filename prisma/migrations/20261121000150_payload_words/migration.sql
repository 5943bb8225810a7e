-- The values of a payload in small letters, whole, part by part (order-8841) and word by word (8841): what a search of the list of events reads, exact or
-- from the beginning. Null: the payload is too large, or cannot be read as jsonb; a search then reads the payload itself.
CREATE FUNCTION sagascope.payload_words(payload jsonb) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN pg_column_size(payload) <= 65536 THEN (
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT w.word)), ''::tsvector)
      FROM (SELECT left(lower(v.value #>> '{}'), 200) AS word
              FROM jsonb_path_query(payload, 'strict $.**') AS v(value)
             WHERE jsonb_typeof(v.value) IN ('string', 'number', 'boolean')) whole
     CROSS JOIN LATERAL (
       SELECT whole.word
       UNION ALL SELECT btrim(part, '()[]{}<>.,;:!?"''') FROM regexp_split_to_table(whole.word, '\s+') AS part
       UNION ALL SELECT regexp_split_to_table(whole.word, '[^[:alnum:]]+')) AS w(word)
     WHERE w.word <> '')
  END
$$;

-- A json column, unlike a jsonb one, may hold what jsonb refuses.
CREATE FUNCTION sagascope.payload_words(payload json) RETURNS tsvector LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN sagascope.payload_words(payload::jsonb);
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END $$;

ALTER TABLE sagascope.event_index ADD COLUMN words tsvector;
CREATE INDEX event_index_words ON sagascope.event_index USING gin (words);
CREATE INDEX event_index_wordless ON sagascope.event_index (position) WHERE words IS NULL;
