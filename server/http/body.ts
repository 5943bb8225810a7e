import { parse } from 'lossless-json';
import { Problem } from './problem';

/** The body of a write: JSON fields of the input, or one document whose format the content type says. */
export type BodyKind = 'json' | 'document';

const JSON_TYPES = ['application/json'];
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/vnd.yaml'];

/**
 * Reads a bounded body.
 * @param maxBytes refused above this, whether announced or not
 * @returns fields to merge into the input: those of a JSON object, or `{document: {text, format}}`
 * @throws Problem `too_large`, or `invalid` for a content type, characters or JSON that cannot be read
 */
export async function readBody(request: Request, kind: BodyKind, maxBytes: number): Promise<Record<string, unknown>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const known = kind === 'document' ? [...JSON_TYPES, ...YAML_TYPES] : JSON_TYPES;
  if (!known.includes(type)) {
    const wanted = kind === 'document' ? 'application/json or application/yaml' : 'application/json';
    throw new Problem('invalid', `Send the body with Content-Type ${wanted}.`);
  }
  const text = await readText(request, maxBytes);
  if (kind === 'document') return { document: { text, format: JSON_TYPES.includes(type) ? 'json' : 'yaml' } };
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
