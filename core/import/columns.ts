/** What a column of a log may say of its event. */
export type ColumnRole = 'case' | 'activity' | 'time' | 'transition';

/** Usual names of the columns, best first. */
const USUAL: Readonly<Record<ColumnRole, readonly string[]>> = {
  case: [
    'case:concept:name',
    'case_id',
    'caseid',
    'case id',
    'case',
    'aggregate_id',
    'aggregateid',
    'trace',
    'trace_id',
  ],
  activity: ['concept:name', 'activity', 'activity_name', 'event', 'event_type', 'eventtype', 'ocel:activity'],
  time: ['time:timestamp', 'timestamp', 'time', 'occurred_at', 'occurredat', 'date', 'datetime', 'ocel:timestamp'],
  transition: ['lifecycle:transition', 'lifecycle', 'transition', 'registration_type'],
};

/** Longer is none of them, spaces around it included. */
const NAME_CHARACTERS = 100;

/** The column that has one of the usual names for it; null: none has. */
export function usualColumn(names: readonly string[], role: ColumnRole): string | null {
  // One pass over the names, of which a file may bring many; of two that read the same the first counts.
  const short = names.filter((name) => name.length <= NAME_CHARACTERS).toReversed();
  const byUsual = new Map(short.map((name) => [name.trim().toLowerCase(), name]));
  const usual = USUAL[role].find((one) => byUsual.has(one));
  return usual === undefined ? null : (byUsual.get(usual) ?? null);
}

/** Whether a JSON object of these fields is an event as our own API and exports write it. */
export const isOwnObject = (names: readonly string[]): boolean =>
  ['aggregateId', 'eventType'].every((name) => names.includes(name));

/** Whether a CSV of these columns is what a console exports: its rows are events, and not to be mapped. */
export const isOwnTable = (names: readonly string[]): boolean =>
  isOwnObject(names) && ['eventId', 'occurredAt', 'payload'].every((name) => names.includes(name));

const OBJECTS = 'ocel:type:';

/** The types of object that an OCEL table has a column for. */
export const objectTypesOf = (names: readonly string[]): string[] =>
  names.filter((name) => name.startsWith(OBJECTS)).map((name) => name.slice(OBJECTS.length));

/** The column of an OCEL table for the objects of one type. */
export const objectColumnOf = (objectType: string): string => `${OBJECTS}${objectType}`;

/** The delimiter of a CSV: the one of the four usual ones that its header line has most of. */
export function delimiterOf(head: string): string {
  const line = (head.split(/\r?\n/, 1)[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counted = [',', ';', '\t', '|'].map((one) => ({ one, count: line.split(one).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).one;
}

/** The names in the header line of a CSV, as far as a look at it tells: for suggestions, the import parses it itself. */
export function headerNames(head: string, delimiter: string = delimiterOf(head)): string[] {
  const line = head.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  const names: string[] = [];
  for (let at = 0; at <= line.length;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line.slice(at));
    const end = line.indexOf(delimiter, at + (quoted?.[0].length ?? 0));
    const stop = end === -1 ? line.length : end;
    names.push(quoted === null ? line.slice(at, stop) : (quoted[1] ?? '').replaceAll('""', '"'));
    at = stop + delimiter.length;
  }
  return names;
}
