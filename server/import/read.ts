import { FORMAT_NAMES } from '@/core/import/format';
import { readCsv } from './csv';
import { bounded } from './growth';
import { readJsonArray, readJsonLines } from './json-lines';
import { readOcel } from './ocel';
import { openFile } from './open-file';
import { type Imported, ImportFailure, type ReadOptions } from './row';
import { readXes } from './xes';

/**
 * What stands in a log of any known format, plain or gzip, item by item while it streams by. Of an OCEL (`isOcel`) only
 * the events of objects of one type count, and objects may stand behind the events.
 * @throws ImportFailure where the file as a whole cannot be read, also while `items` are
 */
export async function openLog(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<{ isOcel: boolean; items: AsyncIterable<Imported> }> {
  const { format, head, text: whole } = await openFile(bytes);
  const { text, bound } = bounded(whole);
  const read = {
    csv: () => readCsv(text, head, options),
    xes: () => readXes(text, options),
    ocel: () => readOcel(text, options),
    json: () => (/^\s*\[/.test(head) ? readJsonArray(text, options) : readJsonLines(text, options)),
  };
  if (options.format !== undefined && options.format !== format) {
    throw new ImportFailure(
      `The file begins as ${FORMAT_NAMES[format]}, not as ${FORMAT_NAMES[options.format]}. Nothing was written; choose ${FORMAT_NAMES[format]}.`,
    );
  }
  return { isOcel: format === 'ocel', items: bound(read[format]()) };
}

/** The name of a file without folder and endings: the aggregate type where nothing else tells one. */
export function typeOfFile(file: string): string {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  const bare = name.replace(/(\.(csv|tsv|txt|json|jsonl|ndjson|xes|xml|jsonocel|ocel|gz))+$/i, '');
  return (bare === '' ? name : bare).slice(0, 200);
}
