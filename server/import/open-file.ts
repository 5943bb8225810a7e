import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { formatOf, type LogFormat } from '@/core/import/format';
import { ImportFailure } from './row';

/** A compressed file may grow this much: logs do by 10 to 80, a bomb by 1,000. */
const RATIO = 200;
const FREE_BYTES = 8 * 1024 * 1024;
const HEAD_CHARACTERS = 64 * 1024;

export interface OpenedFile {
  format: LogFormat;
  /** The beginning of the text, also part of `text`. */
  head: string;
  text: AsyncIterable<string>;
}

/**
 * Opens a log, plain or gzip, and tells its format by how it begins. Nothing is held but the piece at hand.
 * @throws ImportFailure, also while `text` is read: a cut off or corrupt gzip, one that grows beyond measure, wrong characters
 */
export async function openFile(bytes: AsyncIterable<Uint8Array>): Promise<OpenedFile> {
  const source = bytes[Symbol.asyncIterator]();
  const first = await piece(source, 2);
  if (first.length === 0) throw new ImportFailure('The file is empty.');
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  const whole = resumed(first, source);
  const plain = (isGzip ? gunzipped(whole) : whole)[Symbol.asyncIterator]();
  const start = await piece(plain, HEAD_CHARACTERS);
  refuseBinary(start, isGzip);
  const text = decoded(resumed(start, plain), encodingOf(start))[Symbol.asyncIterator]();
  const begin = await text.next();
  const head: string = begin.done === true ? '' : begin.value;
  if (head.trim() === '') throw new ImportFailure('The file is empty.');
  return { format: formatOf(head), head, text: resumed(head, text) };
}

/** At least `least` bytes, or all there are. */
async function piece(source: AsyncIterator<Uint8Array>, least: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < least) {
    const next = await source.next();
    if (next.done === true) break;
    parts.push(next.value);
    length += next.value.byteLength;
  }
  return Buffer.concat(parts);
}

async function* resumed<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let read = 0;
  let grown = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of bytes) {
      read += part.byteLength;
      yield part;
    }
  };
  const source = Readable.from(counted());
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const part of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      grown += part.byteLength;
      if (grown > FREE_BYTES && grown > RATIO * read) {
        throw new ImportFailure(
          `The gzip file unpacks to more than ${RATIO} times its size: it is refused as a bomb. Nothing was written.`,
        );
      }
      yield part;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR') {
      throw new ImportFailure(
        'The gzip file ends in the middle: it was cut off. Nothing was written; get the whole file and import it again.',
        { cause: error },
      );
    }
    if (typeof code === 'string' && code.startsWith('Z_')) {
      throw new ImportFailure('The gzip file is damaged. Nothing was written.', { cause: error });
    }
    throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** UTF-16 by its mark, another encoding where an XML declaration names it, else UTF-8. */
function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const declared = /^\s*<\?xml[^>]*\sencoding=["']([\w.-]+)["']/.exec(
    Buffer.from(start.subarray(0, 200)).toString('latin1'),
  );
  return declared?.[1] ?? 'utf-8';
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<string> {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw new ImportFailure(`The file says that its encoding is ${encoding}, which is not known here.`, {
      cause: error,
    });
  }
  let before = 0;
  const decode = (part: Uint8Array | undefined): string => {
    try {
      return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
    } catch (error) {
      throw new ImportFailure(
        `The file is not ${encoding.toUpperCase()} text (near byte ${before.toLocaleString('en')}). Nothing was written; convert it to UTF-8.`,
        { cause: error },
      );
    }
  };
  for await (const part of bytes) {
    const text = decode(part);
    before += part.byteLength;
    if (text !== '') yield text;
  }
  const last = decode(undefined);
  if (last !== '') yield last;
}

/** Other packings, and pictures of text that no decoder would refuse: said by name, as far as they have one. */
const PACKED: readonly (readonly [name: string, begin: string])[] = [
  ['a ZIP archive', 'PK\u0003\u0004'],
  ['compressed by zstd', '(\u00b5/\u00fd'],
  ['compressed by bzip2', 'BZh'],
  ['compressed by xz', '\u00fd7zXZ\0'],
  ['a PDF', '%PDF-'],
  ['a Parquet file', 'PAR1'],
];

/** Refuses what is no text before its bytes are taken for names of columns. */
function refuseBinary(start: Uint8Array, isGzip: boolean): void {
  const refused = (what: string, instead: string): ImportFailure =>
    new ImportFailure(`The file is ${what}. Nothing was written; ${instead}.`);
  if (start[0] === 0x1f && start[1] === 0x8b && isGzip) {
    throw refused('a gzip inside a gzip', 'unpack it once and import it again');
  }
  const begin = Buffer.from(start.subarray(0, 8)).toString('latin1');
  const packed = PACKED.find(([, bytes]) => begin.startsWith(bytes));
  if (packed) throw refused(packed[0], 'unpack it, or pack it with gzip');
  const isWide = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  // Half of a text's characters are never NUL; a few lines of a damaged one may hold some.
  const looked = start.subarray(0, 512);
  if (!isWide && looked.filter((byte) => byte === 0).length * 20 > looked.length) {
    throw refused('binary, not text', 'choose a log in CSV, JSON, XES or OCEL');
  }
}
