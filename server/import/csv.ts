import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { delimiterOf, isOwnTable } from '@/core/import/columns';
import { unguarded } from '@/core/import/formula';
import { columnsOf, isMapped, objectColumn, shown } from './columns';
import { placesOf } from './csv-header';
import { idsOf } from './csv-objects';
import { ownEvent } from './own-event';
import { bad, eventOf, type Imported, ImportFailure, ITEM_CHARACTERS, type ReadOptions } from './row';

interface CsvRecord {
  record: string[];
  info: { lines: number };
}

/** The events of a CSV with a header line; every column goes to the payload, as text. */
export async function* readCsv(
  text: AsyncIterable<string>,
  head: string,
  options: ReadOptions,
): AsyncGenerator<Imported> {
  const skipped: Imported[] = [];
  const parser = parse({
    bom: true,
    delimiter: options.delimiter ?? delimiterOf(head),
    info: true,
    relax_column_count: true,
    // A quote inside a field stands for itself: as an error it would take the lines up to the next quote along.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: ITEM_CHARACTERS,
    on_skip: (error) => {
      const fatal = error && whyFatal(error);
      if (fatal) parser.destroy(fatal);
      else if (error) skipped.push(bad(`line ${lineOf(error)}`, error.message.slice(0, 200)));
      return undefined;
    },
  });
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let row: ((record: string[], at: string) => Imported[]) | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      if (row === null) row = rowReader(record, options);
      else yield* row(record, `line ${info.lines}`);
      if (skipped.length > 0) yield* skipped.splice(0);
    }
    yield* skipped;
  } catch (error) {
    throw error instanceof CsvError ? (whyFatal(error) ?? error) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
  if (row === null) throw new ImportFailure('The file has no header line. Nothing was written.');
}

/** What leaves open where the next record begins. */
function whyFatal(error: CsvError): ImportFailure | null {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new ImportFailure(
      'A quote is opened and never closed, so that the lines after it cannot be told apart; or the file was cut off. Nothing was written.',
      { cause: error },
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    const most = ITEM_CHARACTERS / 1024 / 1024;
    return new ImportFailure(`Line ${lineOf(error)} is longer than ${most} MB. Nothing was written.`, { cause: error });
  }
  return null;
}

const lineOf = (error: CsvError): string => ('lines' in error ? String(error.lines) : '?');

function rowReader(names: string[], options: ReadOptions): (record: string[], at: string) => Imported[] {
  const places = placesOf(names);
  if (!isMapped(options) && isOwnTable(names)) return ownRowReader(names, options);
  const columns = columnsOf(names, options);
  const objects = objectColumn(names, options);
  const type = options.aggregateType ?? (objects === null ? options.defaultType : (options.objectType ?? ''));
  const place = (name: string): number => places.get(name) ?? -1;
  const [caseAt, activityAt, timeAt] = [place(columns.case), place(columns.activity), place(columns.time)];
  const transitionAt = columns.transition === null ? null : place(columns.transition);
  const keys = names.map((name) => JSON.stringify(name));
  return (record, at) => {
    const wrong = wrongWith(record, names);
    if (wrong !== null) return [bad(at, wrong)];
    const payload = `{${record.map((value, n) => `${keys[n]}:${JSON.stringify(value)}`).join(',')}}`;
    const event = (caseId: unknown): Imported =>
      eventOf(
        at,
        {
          type,
          caseId,
          activity: record[activityAt],
          transition: transitionAt === null ? null : record[transitionAt],
          time: record[timeAt],
        },
        { payload },
      );
    if (objects === null) return [event(record[caseAt])];
    const ids = idsOf(record[caseAt] ?? '');
    return ids === null ? [bad(at, `column ${shown(objects)} is no list of objects`)] : ids.map(event);
  };
}

/** The rows of a table that a console exported. */
function ownRowReader(names: readonly string[], options: ReadOptions): (record: string[], at: string) => Imported[] {
  return (record, at) => {
    const wrong = wrongWith(record, names);
    if (wrong !== null) return [bad(at, wrong)];
    const fields = record.map((value, n): [string, string | null] => {
      const name = names[n] ?? '';
      // An empty type is a type; any other empty field is none.
      return [name, value === '' && name !== 'aggregateType' ? null : unguarded(value)];
    });
    return [ownEvent(Object.fromEntries(fields), at, options)];
  };
}

function wrongWith(record: readonly string[], names: readonly string[]): string | null {
  if (record.length !== names.length) {
    const columns = record.length === 1 ? '1 column' : `${record.length} columns`;
    return `has ${columns}, the header line ${names.length}`;
  }
  const nul = record.findIndex((value) => value.includes('\0'));
  return nul === -1 ? null : `column ${shown(names[nul] ?? '')} has the character NUL, which cannot be stored`;
}
