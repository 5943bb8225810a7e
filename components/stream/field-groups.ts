import type { StreamField } from '@/core/contract/streams';

export interface FieldGroup {
  name: string;
  fields: StreamField[];
}

/** The object at the top that a field is part of; null: it stands at the top itself. */
const topOf = (path: string): string | null => /^([^.[\]"]+)\./.exec(path)?.[1] ?? null;

const title = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Fields by the object that they are part of: those at the top first, under the name of the aggregate. */
export function fieldGroups(fields: readonly StreamField[], aggregateType: string): FieldGroup[] {
  const byTop = new Map<string | null, StreamField[]>([[null, []]]);
  for (const field of fields) {
    const top = topOf(field.path);
    byTop.set(top, [...(byTop.get(top) ?? []), field]);
  }
  return [...byTop]
    .filter(([, own]) => own.length > 0)
    .map(([top, own]) => ({ name: top === null ? aggregateType || 'State' : title(top), fields: own }));
}

/** How a JSON value is set: as string, as number, or plainly (true, false, null, {} and []). */
export const valueClass = (text: string): string =>
  text.startsWith('"') ? 'st-str' : /^-?\d/.test(text) ? 'st-num' : 'st-plain';
