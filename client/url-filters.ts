/** The filters that a list knows, in the order that people read them; `many`: several values mean any of them. */
export type FilterFields = Readonly<Record<string, { word: string; many: boolean }>>;

/** One filter as the URL has it; `values` are never empty. */
export interface Filter<Field extends string = string> {
  field: Field;
  values: string[];
}

/** A typed value as a URL has it, or why it is none, in a sentence. */
export type Written = { value: string } | { refused: string };

/** What was typed into a query bar, read. */
export interface Typed<Field extends string = string> {
  /** `field:value`, each field once. */
  filters: Filter<Field>[];
  /** The other words, and the values of fields that nobody knows. */
  text: string;
  unknown: { field: string; value: string }[];
  /** Why nothing of it can be applied, in sentences. */
  refused: string[];
}

/** How the filters of one list stand in its URL. */
export interface FilterSet<Field extends string = string> {
  fields: Readonly<Record<Field, { word: string; many: boolean }>>;
  names: readonly Field[];
  /** The filters of a URL, oldest first: a URL keeps the order in which they were set. */
  filtersOf: (params: URLSearchParams) => Filter<Field>[];
  /** A value as somebody writes it: `V2` as 2. */
  written: (field: string, value: string) => Written;
  /** Words and any number of `field:value`, as they are typed into the query bar. Quotes keep spaces, or a colon. */
  typed: (text: string) => Typed<Field>;
}

/** Whether the text has a `field:`: what is not to be looked for before it is complete. */
export const namesField = (text: string): boolean => /(?<!\S)[a-z][\w.-]*:/i.test(text);

/** Names are compared without case and the signs between their words: Event type, event_type, eventType. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

/** @param ways other words for a field that people type, and how a typed value is written */
export function filterSet<Fields extends FilterFields>(
  fields: Fields,
  ways: {
    aliases?: Readonly<Record<string, keyof Fields & string>>;
    written?: (field: keyof Fields & string, value: string) => Written;
  } = {},
): FilterSet<keyof Fields & string> {
  type Field = keyof Fields & string;
  const names = Object.keys(fields) as Field[];
  const byName = new Map<string, Field>(Object.entries(ways.aliases ?? {}));
  for (const name of names) byName.set(plain(fields[name]?.word ?? name), name).set(plain(name), name);
  const token = tokenOf(names.map((name) => fields[name]?.word ?? name));

  const valuesOf = (field: Field, text: string): string[] =>
    (fields[field]?.many === true ? text.split(',') : [text])
      .map((value) => value.trim())
      .filter((value) => value !== '');
  const written = (name: string, value: string): Written => {
    const field = names.find((known) => known === name);
    return (field === undefined ? undefined : ways.written?.(field, value)) ?? { value };
  };

  const typed = (text: string): Typed<Field> => {
    const found = new Map<Field, string[]>();
    const words: string[] = [];
    const unknown: Typed['unknown'] = [];
    const refused: string[] = [];
    for (const { 0: whole, groups } of text.matchAll(token)) {
      const { name = '', value: quoted = '' } = groups ?? {};
      const field = byName.get(plain(name));
      const value = quoted.replaceAll('"', '');
      // The colon of a time or an address parts nothing.
      if (name === '' || (field === undefined && (value === '' || value.startsWith('//')))) {
        words.push(whole.replaceAll('"', ''));
      } else if (field === undefined) {
        unknown.push({ field: name, value });
        words.push(value);
      } else {
        const values = valuesOf(field, value);
        if (values.length === 0) refused.push(`${name}: needs its value right after the colon.`);
        for (const one of values) {
          const way = written(field, one);
          if ('refused' in way) refused.push(way.refused);
          else found.set(field, fields[field]?.many === true ? [...(found.get(field) ?? []), way.value] : [way.value]);
        }
      }
    }
    return {
      filters: [...found].map(([field, values]) => ({ field, values: [...new Set(values)] })),
      text: words.join(' ').trim(),
      unknown,
      refused,
    };
  };

  return {
    fields,
    names,
    filtersOf: (params) => {
      const filters: Filter<Field>[] = [];
      for (const [name, text] of params) {
        const field = names.find((known) => known === name);
        if (field === undefined || filters.some((filter) => filter.field === field)) continue;
        const values = (fields[field]?.many === true ? text.split(',') : [text]).filter((value) => value !== '');
        if (values.length > 0) filters.push({ field, values });
      }
      return filters;
    },
    written,
    typed,
  };
}

/** One part of what is typed: a quoted text, `name:value`, or a word. Names of several words may keep their space. */
function tokenOf(words: readonly string[]): RegExp {
  const spaced = words.filter((word) => word.includes(' ')).map((word) => word.replaceAll(' ', String.raw`\s`));
  const name = [...spaced, String.raw`[a-z][\w.-]*`].join('|');
  return new RegExp(String.raw`"[^"]*"?|(?<!\S)(?<name>${name}):(?<value>(?:"[^"]*"?|[^\s"])*)|[^\s"]+`, 'gi');
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
