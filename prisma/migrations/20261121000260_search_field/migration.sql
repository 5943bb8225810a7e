-- What a value is of its target: the stream of an id comes before those whose events only name it, however many.
CREATE INDEX search_key_value_field ON sagascope.search_key (kind, value, field);
DROP INDEX sagascope.search_key_value;
