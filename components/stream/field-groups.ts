import type { StreamField } from '@/core/contract/streams';
import { arrayOf } from '@/core/stream/leaves';

/** An array of a group, whose items stand after what is in no array. */
export interface FieldArray {
  path: string;
  /** Its items, as far as they are among the fields; what was taken away is no item. */
  items: number;
  /** Too many to stand there unasked. */
  isLong: boolean;
  fields: StreamField[];
}

export interface FieldGroup {
  name: string;
  /** Of no array. */
  fields: StreamField[];
  arrays: FieldArray[];
}

/** Items of an array that are shown without being asked for. */
const FEW_ITEMS = 5;

/** The object at the top that a field is part of; null: it stands at the top itself. */
const topOf = (path: string): string | null => /^([^.[\]"]+)\./.exec(path)?.[1] ?? null;

const title = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/**
 * Fields by the object that they are part of: those at the top first, under the name of the aggregate. In each what is
 * in no array comes first, then its arrays, each in one piece.
 */
export function fieldGroups(fields: readonly StreamField[], aggregateType: string): FieldGroup[] {
  const byTop = new Map<string | null, StreamField[]>([[null, []]]);
  for (const field of fields) {
    const top = topOf(field.path);
    byTop.set(top, [...(byTop.get(top) ?? []), field]);
  }
  return [...byTop]
    .filter(([, own]) => own.length > 0)
    .map(([top, own]) => ({
      name: top === null ? aggregateType || 'State' : title(top),
      fields: own.filter(({ path }) => arrayOf(path) === null),
      arrays: arraysOf(own),
    }));
}

function arraysOf(fields: readonly StreamField[]): FieldArray[] {
  const arrays = new Map<string, { all: Set<number>; there: Set<number>; fields: StreamField[] }>();
  for (const field of fields) {
    const place = arrayOf(field.path);
    if (place === null) continue;
    const array = arrays.get(place.array) ?? { all: new Set(), there: new Set(), fields: [] };
    arrays.set(place.array, array);
    array.all.add(place.item);
    if (field.value !== null) array.there.add(place.item);
    array.fields.push(field);
  }
  return [...arrays].map(([path, { all, there, fields: own }]) => ({
    path,
    items: there.size,
    isLong: all.size > FEW_ITEMS,
    fields: own,
  }));
}

/** What of an array is shown: a long one folded hides its items, but never what the event changed. */
export const shownOf = ({ isLong, fields }: FieldArray, isOpen: boolean): StreamField[] =>
  isLong && !isOpen ? fields.filter(({ changed }) => changed) : fields;

/** How a JSON value is set: as string, as number, or plainly (true, false, null, {} and []). */
export const valueClass = (text: string): string =>
  text.startsWith('"') ? 'st-str' : /^-?\d/.test(text) ? 'st-num' : 'st-plain';
