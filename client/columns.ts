/** The columns of a list that may be left out, in their order. */
export interface ColumnSet<Column extends string = string> {
  words: Readonly<Record<Column, string>>;
  names: readonly Column[];
  /** The columns that an address names; the usual ones where it names none. */
  of: (params: URLSearchParams) => readonly Column[];
  /** The same address with one column more or less; the usual ones need not be named. */
  change: (params: URLSearchParams, column: Column, shown: boolean) => URLSearchParams;
}

/** @param extra columns that are shown only where somebody wants them */
export function columnSet<const Words extends Readonly<Record<string, string>>>(
  words: Words,
  extra: readonly (keyof Words & string)[],
): ColumnSet<keyof Words & string> {
  const names: readonly (keyof Words & string)[] = Object.keys(words);
  const usual = names.filter((name) => !extra.includes(name));
  const of = (params: URLSearchParams) => {
    const text = params.get('cols');
    if (text === null) return usual;
    const named = text.split(',');
    return names.filter((name) => named.includes(name));
  };
  return {
    words,
    names,
    of,
    change: (params, column, shown) => {
      const before = of(params);
      const after = names.filter((name) => (name === column ? shown : before.includes(name)));
      const next = new URLSearchParams(params);
      if (after.length === usual.length && after.every((name) => usual.includes(name))) next.delete('cols');
      else next.set('cols', after.length === 0 ? 'none' : after.join(','));
      return next;
    },
  };
}
