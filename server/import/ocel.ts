import { isLosslessNumber } from 'lossless-json';
import { objectIn } from './json-object';
import { slicesOf } from './json-slices';
import { bad, eventOf, type Imported, ITEM_CHARACTERS, jsonText, NAME_CHARACTERS, type ReadOptions } from './row';

const EVENTS = new Set(['events', 'ocel:events']);
const OBJECTS = new Set(['objects', 'ocel:objects']);

/**
 * An object-centric log, OCEL 2.0 or 1.0 in JSON: one event per event and object that it relates to, and the objects
 * with their types. Objects may stand behind the events: who reads this keeps the events of one type at the end.
 */
export async function* readOcel(text: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Imported> {
  const type = options.aggregateType ?? options.objectType ?? options.defaultType;
  let number = 0;
  const slices = slicesOf(text, (path) => {
    const [top, ...rest] = path;
    return rest.length === 1 && typeof top === 'string' && (EVENTS.has(top) || OBJECTS.has(top));
  });
  for await (const { path, text: slice } of slices) {
    const isEvent = EVENTS.has(path[0] ?? '');
    if (isEvent) number += 1;
    const at = isEvent ? `event ${number}` : `object ${(path[1] ?? '').slice(0, NAME_CHARACTERS)}`;
    if (slice === null) {
      yield bad(at, `is longer than ${ITEM_CHARACTERS / 1024 / 1024} MB`);
      continue;
    }
    const found = objectIn(slice);
    if ('wrong' in found) yield bad(at, found.wrong);
    else if (isEvent) yield* eventsOf(found.fields, at, type);
    else yield objectOf(found.fields, path[1] ?? null, at);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const idOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : isLosslessNumber(value) ? value.value : null;

function objectOf(fields: Fields, key: string | null, at: string): Imported {
  const id = idOf(fields.id ?? fields['ocel:oid'] ?? key);
  const type = idOf(fields.type ?? fields['ocel:type']);
  if (id === null || type === null) return bad(at, 'has no id or no type');
  if (id.length > NAME_CHARACTERS || type.length > NAME_CHARACTERS) {
    return bad(at, `has an id or a type longer than ${NAME_CHARACTERS} characters`);
  }
  return { kind: 'object', id, type };
}

/** One event per object, however often it is named; one at a time, for they all have its attributes. */
function* eventsOf(fields: Fields, at: string, type: string): Generator<Imported> {
  const ids = related(fields.relationships ?? fields['ocel:omap'] ?? fields['ocel:typedOmap'] ?? []);
  if (ids === null) {
    yield bad(at, 'its relationships name no objects');
    return;
  }
  const payload = jsonText(fields);
  const [activity, time] = [fields.type ?? fields['ocel:activity'], fields.time ?? fields['ocel:timestamp']];
  // Looked at even where it relates to nothing: a wrong event is told.
  const alone = eventOf(at, { type, caseId: '-', activity, time }, { payload });
  if (alone.kind === 'bad') yield alone;
  else for (const id of ids) yield eventOf(at, { type, caseId: id, activity, time }, { payload });
}

function related(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const ids = new Set<string>();
  for (const one of value as unknown[]) {
    const inner: unknown =
      typeof one === 'object' && one !== null && !isLosslessNumber(one)
        ? (Reflect.get(one, 'objectId') ?? Reflect.get(one, 'ocel:oid'))
        : one;
    const id = idOf(inner);
    if (id === null) return null;
    ids.add(id);
  }
  return [...ids];
}
