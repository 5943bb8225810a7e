import { CloudEvent } from '@/core/contract/ingest';
import { isOwnObject } from '@/core/import/columns';
import { eventFields } from '@/server/ingest/cloud-event';
import { type Columns, columnsOf, isMapped } from './columns';
import { type Fields, objectIn } from './json-object';
import { slicesOf } from './json-slices';
import { linesOf } from './lines';
import { ownEvent, word } from './own-event';
import { bad, eventOf, type Imported, ImportFailure, ITEM_CHARACTERS, jsonText, type ReadOptions } from './row';

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

function objectReader(options: ReadOptions): (text: string, at: string) => Imported {
  let columns: Columns | null = null;
  return (text, at) => {
    const object = objectIn(text);
    if ('wrong' in object) return bad(at, object.wrong);
    const { fields } = object;
    if (!isMapped(options) && fields.specversion !== undefined) return cloudEvent(fields, at, options);
    if (!isMapped(options) && isOwnObject(Object.keys(fields))) return ownEvent(fields, at, options);
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
