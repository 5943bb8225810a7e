import { type ColumnRole, objectColumnOf, objectTypesOf, usualColumn } from '@/core/import/columns';
import { ImportFailure, type ReadOptions } from './row';

export interface Columns {
  case: string;
  activity: string;
  time: string;
  /** Null: the name alone is the event type. */
  transition: string | null;
}

/**
 * Which column is which: as told, else by its usual name.
 * @throws ImportFailure that names what is missing and what there is
 */
export function columnsOf(names: readonly string[], options: ReadOptions): Columns {
  const find = (what: ColumnRole): string => {
    const told = options[what];
    if (told !== undefined) {
      if (names.includes(told)) return told;
      throw new ImportFailure(`There is no column ${told}. The columns are ${listed(names)}.`);
    }
    const usual = usualColumn(names, what);
    if (usual !== null) return usual;
    throw new ImportFailure(
      `Which column is the ${what}? Name it in the form, or with --${what} COLUMN. The columns are ${listed(names)}.`,
    );
  };
  return {
    // An OCEL table has one column per type of object; a row's cases are in there.
    case: objectColumn(names, options) ?? find('case'),
    activity: find('activity'),
    time: find('time'),
    transition: options.lifecycle === '1' ? find('transition') : null,
  };
}

/** Whether it was told which columns to read: then they are, whatever else the file says of itself. */
export const isMapped = (options: ReadOptions): boolean =>
  options.case !== undefined || options.activity !== undefined || options.time !== undefined;

/** The column of an OCEL table that names the objects of the wanted type. */
export function objectColumn(names: readonly string[], { objectType }: ReadOptions): string | null {
  const types = objectTypesOf(names);
  if (types.length === 0) return null;
  if (objectType !== undefined && types.includes(objectType)) return objectColumnOf(objectType);
  throw new ImportFailure(
    objectType === undefined
      ? `Of which type of object? Name it in the form, or with --object-type TYPE. The file has ${listed(types)}.`
      : `There is no type of object ${objectType}. The file has ${listed(types)}.`,
  );
}

/** Names for a sentence: the first thirty. */
export const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.slice(0, 30).map(shown).join(', ');

/** A name for a sentence; one that a file brings may be longer than any sentence. */
export const shown = (name: string): string =>
  name === '' ? '(unnamed)' : name.length > 60 ? `${name.slice(0, 60)}…` : name;
