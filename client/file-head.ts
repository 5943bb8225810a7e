import { queryOptions } from '@tanstack/react-query';
import { headerNames, isOwnObject, isOwnTable, objectTypesOf } from '@/core/import/columns';
import { formatOf, type LogFormat, promisedFormat } from '@/core/import/format';

const HEAD_BYTES = 64 * 1024;

/** What a look at the beginning of a log tells of it, before it is sent. */
export interface FileHead {
  /** Null: neither its text nor its name tells. */
  format: LogFormat | 'cloudevents' | null;
  /** Columns of a CSV, fields of the first JSON object; empty where they are not to be had. */
  names: readonly string[];
  /** Its events name their stream and type themselves: CloudEvents, and what a console exports. */
  mapped: boolean;
  /** Types of object that a CSV has a column for. */
  objectTypes: readonly string[];
}

export const fileQueries = {
  head: (file: File | null) =>
    queryOptions({
      queryKey: ['file head', file?.name, file?.size, file?.lastModified],
      queryFn: () => (file === null ? null : fileHead(file)),
      enabled: file !== null,
      staleTime: Infinity,
      networkMode: 'always',
    }),
};

async function fileHead(file: File): Promise<FileHead> {
  const text = await beginning(file);
  if (text.trim() === '') return { format: promisedFormat(file.name), names: [], mapped: false, objectTypes: [] };
  const format = formatOf(text);
  if (format === 'json') {
    const names = fieldsOf(text);
    const cloud = names.includes('specversion');
    return { format: cloud ? 'cloudevents' : 'json', names, mapped: cloud || isOwnObject(names), objectTypes: [] };
  }
  const names = format === 'csv' ? headerNames(text) : [];
  return { format, names, mapped: isOwnTable(names), objectTypes: objectTypesOf(names) };
}

/** The first characters of a file, plain or gzip; '' where they cannot be read: the import says why. */
async function beginning(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(bytes) : bytes;
  const wide =
    plain[0] === 0xff && plain[1] === 0xfe ? 'utf-16le' : plain[0] === 0xfe && plain[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(wide).decode(plain);
}

// It is cut in the middle: what came out until then is the beginning.
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    while (length < HEAD_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.byteLength;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await reader.cancel().catch(() => undefined);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The fields of the first object of JSON Lines, or of an array with an object to a line. */
function fieldsOf(text: string): string[] {
  const line = text.replace(/^\uFEFF?\s*\[?\s*/, '').split('\n', 1)[0] ?? '';
  try {
    const value: unknown = JSON.parse(line.replace(/[\],\s]+$/, ''));
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  } catch (error) {
    // Over several lines, or longer than what was read: nothing to suggest.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
