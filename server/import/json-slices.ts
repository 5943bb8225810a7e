import { ImportFailure, ITEM_CHARACTERS } from './row';

/** A value inside a JSON document, as its text: numbers keep every digit until somebody parses it. */
export interface Slice {
  /** Keys from the top; null for a place in an array. */
  path: readonly (string | null)[];
  /** Null: longer than an item may be; it was skipped without being held. */
  text: string | null;
}

/** Far beyond what can be stored: only so that what is open does not grow with the file. */
const DEPTH = 100_000;

type Expects = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end';

/**
 * Cuts the wanted values out of one JSON document while it streams by. Structure is checked here, the inside of a wanted
 * value by whoever parses its text.
 * @throws ImportFailure where the document is no JSON or ends in the middle
 */
export async function* slicesOf(
  text: AsyncIterable<string>,
  wanted: (path: readonly (string | null)[]) => boolean,
): AsyncGenerator<Slice> {
  const slicer = new Slicer(wanted);
  for await (const chunk of text) yield* slicer.write(chunk);
  slicer.end();
}

function keyOf(text: string): string | null {
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === 'string' ? key : null;
  } catch (error) {
    throw new ImportFailure(`The file is not JSON: ${text.slice(0, 60)} is no key. Nothing was written.`, {
      cause: error,
    });
  }
}

class Slicer {
  private expects: Expects = 'value';
  /** The open containers, and the key at hand in each. */
  private readonly containers: { isObject: boolean; key: string | null }[] = [];
  private scalar: '' | 'string' | 'word' = '';
  private escaped = false;
  /** Text of a key, or of a wanted value, so far. */
  private kept: string[] | null = null;
  private keptLength = 0;
  /** How many containers deep the value stands that is being cut out; -1: none is. */
  private cutDepth = -1;
  private before = 0;

  constructor(private readonly wanted: (path: readonly (string | null)[]) => boolean) {}

  *write(chunk: string): Generator<Slice> {
    let keepFrom = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const character = chunk.charCodeAt(at);
      if (this.scalar === 'string') {
        if (this.escaped) this.escaped = false;
        else if (character === 0x5c) this.escaped = true;
        else if (character === 0x22) {
          this.keep(chunk, keepFrom, at + 1);
          keepFrom = at + 1;
          this.scalar = '';
          if (this.expects === 'key' || this.expects === 'first key') this.endKey();
          else yield* this.endValue();
        }
        continue;
      }
      if (this.scalar === 'word') {
        if (!/[\s,\]}]/.test(chunk[at] ?? '')) continue;
        this.keep(chunk, keepFrom, at);
        keepFrom = at;
        this.scalar = '';
        yield* this.endValue();
      }
      if (character === 0x20 || (character >= 0x09 && character <= 0x0d) || character === 0xfeff) continue;
      if (this.startsValue(character)) {
        if (this.beginValue()) keepFrom = at;
        if (character === 0x22) this.scalar = 'string';
        else if (character === 0x7b || character === 0x5b) this.open(character === 0x7b);
        else this.scalar = 'word';
      } else if (character === 0x22 && (this.expects === 'key' || this.expects === 'first key')) {
        this.scalar = 'string';
        if (this.cutDepth === -1) {
          this.kept = [];
          this.keptLength = 0;
          keepFrom = at;
        }
      } else if (character === 0x3a && this.expects === 'colon') this.expects = 'value';
      else if (character === 0x2c && this.expects === 'comma') {
        this.expects = this.containers.at(-1)?.isObject === true ? 'key' : 'value';
      } else if (character === 0x7d || character === 0x5d) {
        this.close(character === 0x7d, at);
        this.keep(chunk, keepFrom, at + 1);
        keepFrom = at + 1;
        yield* this.endValue();
      } else throw this.broken(at);
    }
    this.keep(chunk, keepFrom, chunk.length);
    this.before += chunk.length;
  }

  end(): void {
    if (this.expects === 'end') return;
    throw new ImportFailure('The JSON document ends in the middle: the file was cut off. Nothing was written.');
  }

  private startsValue(character: number): boolean {
    if (this.expects !== 'value' && this.expects !== 'first value') return false;
    return character !== 0x5d && character !== 0x7d && character !== 0x2c && character !== 0x3a;
  }

  /** True where the value is wanted: from here its text is kept. */
  private beginValue(): boolean {
    if (this.cutDepth !== -1 || this.containers.length === 0) return false;
    if (!this.wanted(this.path())) return false;
    this.cutDepth = this.containers.length;
    this.kept = [];
    this.keptLength = 0;
    return true;
  }

  private path(): (string | null)[] {
    return this.containers.map(({ key }) => key);
  }

  private open(isObject: boolean): void {
    if (this.containers.length === DEPTH) {
      throw new ImportFailure(
        `The file is nested deeper than ${DEPTH.toLocaleString('en')} levels. Nothing was written.`,
      );
    }
    this.containers.push({ isObject, key: null });
    this.expects = isObject ? 'first key' : 'first value';
  }

  private close(isObject: boolean, at: number): void {
    const allowed = this.expects === 'comma' || this.expects === (isObject ? 'first key' : 'first value');
    if (!allowed || this.containers.at(-1)?.isObject !== isObject) throw this.broken(at);
    this.containers.pop();
  }

  private keep(chunk: string, from: number, to: number): void {
    if (this.kept === null || to <= from) return;
    this.keptLength += to - from;
    if (this.keptLength <= ITEM_CHARACTERS) this.kept.push(chunk.slice(from, to));
    else this.kept = this.cutDepth === -1 ? null : [];
  }

  private endKey(): void {
    this.expects = 'colon';
    const container = this.containers.at(-1);
    if (this.cutDepth !== -1 || container === undefined) return;
    container.key = this.kept === null ? null : keyOf(this.kept.join(''));
    this.kept = null;
  }

  private *endValue(): Generator<Slice> {
    this.expects = this.containers.length === 0 ? 'end' : 'comma';
    if (this.cutDepth !== this.containers.length) return;
    const text = this.keptLength > ITEM_CHARACTERS ? null : (this.kept?.join('') ?? null);
    const path = this.path();
    this.kept = null;
    this.cutDepth = -1;
    yield { path, text };
  }

  private broken(at: number): ImportFailure {
    return new ImportFailure(
      `The file is not JSON: character ${(this.before + at + 1).toLocaleString('en')} does not belong there. Nothing was written.`,
    );
  }
}
