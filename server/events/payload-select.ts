/** A large payload is not read for a line of a list: only its stored size is, which costs nothing. */
const LARGE_BYTES = 65_536;

/**
 * JSON members `payload` (its beginning) and `payloadCut` (its length where it is longer, about that where it is too
 * large to be read for a list) over `e.payload`.
 */
export const payloadPreview = (characters: number): string => {
  const large = `pg_column_size(e.payload) > ${LARGE_BYTES}`;
  return `'payload', case when ${large} then '' else left(e.payload::text, ${characters}) end,
  'payloadCut', case when ${large} then pg_column_size(e.payload)
    when length(e.payload::text) > ${characters} then octet_length(e.payload::text) end`;
};
