import { isLosslessNumber, parse } from 'lossless-json';
import { CloudEvent } from '@/core/contract/ingest';
import { eventFields } from '@/server/ingest/cloud-event';
import { whyNotStorable } from '@/server/ingest/items';
import { type Columns, columnsOf } from './columns';
import { slicesOf } from './json-slices';
import { linesOf } from './lines';
import { bad, eventOf, type Imported, ImportFailure, ITEM_CHARACTERS, jsonText, type ReadOptions } from './row';

type Fields = Readonly<Record<string, unknown>>;
const TOO_LONG = `is longer than ${ITEM_CHARACTERS / 1024 / 1024} MB`;

/** One JSON object per line: CloudEvents, events as this console writes them, or objects with fields for the columns. */
export async function* readJsonLines(text: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Imported> {
  const read = objectReader(options);
  for await (const line of linesOf(text)) {
    const at = `line ${line.number}`;
    if (line.text === null) yield bad(at, TOO_LONG);
    else if (line.text.trim() !== '') yield read(line.text, at);
  }
}

/** The same objects as the elements of one JSON array. */
export async function* readJsonArray(text: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Imported> {
  const read = objectReader(options);
  let number = 0;
  for await (const slice of slicesOf(text, (path) => path.length === 1)) {
    number += 1;
    yield slice.text === null ? bad(`event ${number}`, TOO_LONG) : read(slice.text, `event ${number}`);
  }
}

/** The JSON object in a text, or what is wrong with it. */
export function objectIn(text: string): { fields: Fields } | { wrong: string } {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof RangeError) return { wrong: 'is nested too deeply' };
    return { wrong: `is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isLosslessNumber(value)) {
    return { wrong: 'is not a JSON object' };
  }
  const found = whyNotStorable(value, '', 0);
  return found ? { wrong: `${found.path}: ${found.message}` } : { fields: { ...value } };
}

function objectReader(options: ReadOptions): (text: string, at: string) => Imported {
  let columns: Columns | null = null;
  return (text, at) => {
    const object = objectIn(text);
    if ('wrong' in object) return bad(at, object.wrong);
    const { fields } = object;
    const isMapped = options.case !== undefined || options.activity !== undefined || options.time !== undefined;
    if (!isMapped && fields.specversion !== undefined) return cloudEvent(fields, at, options);
    if (!isMapped && fields.aggregateId !== undefined && fields.eventType !== undefined) {
      return ownEvent(fields, at, options);
    }
    try {
      columns ??= columnsOf(Object.keys(fields), options);
    } catch (error) {
      if (error instanceof ImportFailure) throw new ImportFailure(`${at}: ${error.message}`, { cause: error });
      throw error;
    }
    return eventOf(
      at,
      {
        type: options.aggregateType ?? options.defaultType,
        caseId: fields[columns.case],
        activity: fields[columns.activity],
        transition: columns.transition === null ? null : fields[columns.transition],
        time: fields[columns.time],
      },
      { payload: jsonText(fields) },
    );
  };
}

const word = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function cloudEvent(fields: Fields, at: string, options: ReadOptions): Imported {
  const data = fields.data === undefined ? {} : { data: jsonText(fields.data) };
  const parsed = CloudEvent.safeParse({ ...fields, ...data });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return bad(at, `is no CloudEvent 1.0: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const event = eventFields(parsed.data);
  return eventOf(
    at,
    {
      type: options.aggregateType ?? word(event.aggregateType) ?? options.defaultType,
      caseId: event.aggregateId,
      activity: event.eventType,
      time: event.occurredAt,
    },
    { payload: word(event.payload) ?? 'null', metadata: word(event.metadata) },
  );
}

/** An event in the words of our own API and exports: payload and metadata are JSON text in a string, or values. */
function ownEvent(fields: Fields, at: string, options: ReadOptions): Imported {
  const json = { payload: 'null', metadata: 'null' };
  for (const name of ['payload', 'metadata'] as const) {
    const value = fields[name] ?? null;
    if (typeof value !== 'string') json[name] = jsonText(value);
    else {
      const inner = objectIn(`{"${name}":${value}}`);
      if ('wrong' in inner) return bad(at, `${name} ${inner.wrong}`);
      json[name] = value;
    }
  }
  if (json.metadata !== 'null' && !json.metadata.trimStart().startsWith('{'))
    return bad(at, 'metadata is no JSON object');
  return eventOf(
    at,
    {
      type: options.aggregateType ?? word(fields.aggregateType) ?? options.defaultType,
      caseId: fields.aggregateId,
      activity: fields.eventType,
      time: fields.occurredAt,
    },
    { payload: json.payload, metadata: json.metadata === 'null' ? null : json.metadata },
  );
}
