/** One object of a list, from where the last one ended: looked for nowhere else, a wrong list costs one look. */
const OBJECT_ID = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"]+))\s*(?:,|$)/y;
const LIST_CHARACTERS = 256 * 1024;

/** Objects as tables of OCEL list them: a JSON or Python list, or one id; each once. Null: it is no such list. */
export function idsOf(text: string): string[] | null {
  if (text.length > LIST_CHARACTERS) return null;
  const list = text.trim();
  if (list === '') return [];
  if (!list.startsWith('[')) return [list];
  if (!list.endsWith(']')) return null;
  const inner = list.slice(1, -1).trim();
  const ids = new Set<string>();
  for (let at = 0; at < inner.length; at = OBJECT_ID.lastIndex) {
    OBJECT_ID.lastIndex = at;
    const [whole, single, double, bare] = OBJECT_ID.exec(inner) ?? [];
    if (whole === undefined) return null;
    ids.add((single ?? double ?? bare ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return [...ids];
}
