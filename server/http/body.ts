import { parse } from 'lossless-json';
import { Problem } from './problem';

/**
 * The body of a write: JSON fields of the input, or a document whose format the content type says: a definition, items
 * of a log, or a file that is read while it comes in.
 */
export type BodyKind = 'json' | 'document' | 'items' | 'file';

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/vnd.yaml'];
/** Per kind: content type → format; the first of each format is the one that is told. */
const FORMATS: Readonly<Record<BodyKind, Readonly<Record<string, string>>>> = {
  json: { 'application/json': 'json' },
  document: { 'application/json': 'json', ...Object.fromEntries(YAML_TYPES.map((type) => [type, 'yaml'])) },
  items: {
    'application/json': 'json',
    'application/cloudevents+json': 'cloudevent',
    'application/cloudevents-batch+json': 'cloudevents',
  },
  file: { 'application/octet-stream': 'file' },
};

/**
 * Reads a bounded body.
 * @param maxBytes refused above this, whether announced or not
 * @returns fields to merge into the input: those of a JSON object, `{document: {text, format}}`, or a file's stream as `document`
 * @throws Problem `too_large`, or `invalid` for a content type, characters or JSON that cannot be read
 */
export async function readBody(request: Request, kind: BodyKind, maxBytes: number): Promise<Record<string, unknown>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const formats = FORMATS[kind];
  const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
  if (format === undefined) {
    const wanted = Object.keys(formats).filter(
      (one, n, all) => all.findIndex((o) => formats[o] === formats[one]) === n,
    );
    throw new Problem('invalid', `Send the body with Content-Type ${wanted.join(' or ')}.`);
  }
  // Bounded by whoever reads it.
  if (kind === 'file') return { document: request.body ?? new ReadableStream({ start: (empty) => empty.close() }) };
  const text = await readText(request, maxBytes);
  if (kind !== 'json') return { document: { text, format } };
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('invalid', 'The body must be one JSON object.');
  }
  return { ...value };
}

// Numbers that a double cannot hold are refused, not rounded; a body's schema asks for 64-bit numbers as strings.
function parseJson(text: string): unknown {
  try {
    return parse(text, undefined, (digits) => {
      const number = Number(digits);
      if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
        throw new SyntaxError(`${digits.slice(0, 40)} does not fit a JSON number: send it as a string`);
      }
      return number;
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    throw new Problem('invalid', `The body is not JSON: ${why}.`, { cause: error });
  }
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = new Problem('too_large', `The body is larger than ${Math.floor(maxBytes / 1024)} kB.`);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = request.body?.getReader();
  if (!reader) return '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw tooLarge;
    }
    chunks.push(part.value);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new Problem('invalid', 'The body is not UTF-8 text.', { cause: error });
  }
}
