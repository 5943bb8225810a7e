/** The filters that a list knows, in the order that people read them; `many`: several values mean any of them. */
export type FilterFields = Readonly<Record<string, { word: string; many: boolean }>>;

/** One filter as the URL has it; `values` are never empty. */
export interface Filter<Field extends string = string> {
  field: Field;
  values: string[];
}

/** How the filters of one list stand in its URL. */
export interface FilterSet<Field extends string = string> {
  fields: Readonly<Record<Field, { word: string; many: boolean }>>;
  names: readonly Field[];
  /** The filters of a URL, oldest first: a URL keeps the order in which they were set. */
  filtersOf: (params: URLSearchParams) => Filter<Field>[];
  /** `field:value` as it is typed into the query bar; null when it is free text. */
  typed: (text: string) => Filter<Field> | null;
}

/** @param ways other words for a field that people type, and how a typed value is written */
export function filterSet<Fields extends FilterFields>(
  fields: Fields,
  ways: {
    aliases?: Readonly<Record<string, keyof Fields & string>>;
    written?: (field: keyof Fields & string, value: string) => string;
  } = {},
): FilterSet<keyof Fields & string> {
  type Field = keyof Fields & string;
  const names = Object.keys(fields) as Field[];
  const valuesOf = (field: Field, text: string): string[] =>
    (fields[field]?.many === true ? text.split(',') : [text]).filter((value) => value !== '');
  return {
    fields,
    names,
    filtersOf: (params) => {
      const filters: Filter<Field>[] = [];
      for (const [name, text] of params) {
        const field = names.find((known) => known === name);
        if (field === undefined || filters.some((filter) => filter.field === field)) continue;
        const values = valuesOf(field, text);
        if (values.length > 0) filters.push({ field, values });
      }
      return filters;
    },
    typed: (text) => {
      const match = /^\s*([a-zA-Z]+):(\S.*)$/.exec(text);
      if (match === null) return null;
      const name = (match[1] ?? '').toLowerCase();
      const field = names.find((known) => known.toLowerCase() === name) ?? ways.aliases?.[name];
      if (field === undefined) return null;
      const values = valuesOf(field, (match[2] ?? '').trim());
      if (values.length === 0) return null;
      return { field, values: values.map((value) => ways.written?.(field, value) ?? value) };
    },
  };
}

/** The same URL with one field set (newest last) or dropped (no values). Another filter is another list: its page ends. */
export function withFilter(params: URLSearchParams, field: string, values: readonly string[]): URLSearchParams {
  const next = new URLSearchParams(params);
  const text = values.filter((value) => value !== '').join(',');
  if (text === '' || !next.has(field)) next.delete(field);
  if (text !== '') next.set(field, text);
  next.delete('cursor');
  return next;
}

/** The same URL with another free text, or none. */
export function withText(params: URLSearchParams, text: string): URLSearchParams {
  const next = new URLSearchParams(params);
  if (text.trim() === '') next.delete('q');
  else next.set('q', text.trim());
  next.delete('cursor');
  return next;
}
