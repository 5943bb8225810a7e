import { SaxesParser } from 'saxes';
import { bad, eventOf, type Imported, ImportFailure, ITEM_CHARACTERS, type ReadOptions } from './row';

const ATTRIBUTES = new Set(['string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container']);
/** Parts of a log whose children are not its data. */
const SCHEMA = new Set(['extension', 'global', 'classifier']);
const DEPTH = 100;
/** Of a trace's own attributes, which each of its events repeats. */
const TRACE_CHARACTERS = 64 * 1024;
/** What an attribute is at least in memory and in a payload, without its key and value. */
const ATTRIBUTE_CHARACTERS = 40;
const TOO_LONG = `is longer than ${ITEM_CHARACTERS / 1024 / 1024} MB`;
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,4})?$/;

/** An attribute that is open: its own value, and the attributes inside it, as JSON text. */
interface Attribute {
  tag: string;
  key: string;
  value: string;
  inner: string[];
}

/** A trace or an event that is open: how deep it stands, its attributes as JSON text, and how many characters they have. */
type Open<T> = T & { depth: number; fragments: string[]; characters: number };

/** The events of a XES log (IEEE 1849); their attributes and those of their trace (`case:` before the key) are the payload. */
export async function* readXes(text: AsyncIterable<string>, options: ReadOptions): AsyncGenerator<Imported> {
  const reader = new XesReader(options);
  for await (const chunk of text) yield* reader.write(chunk);
  yield* reader.end();
}

class XesReader {
  private readonly parser = new SaxesParser({ xmlns: false });
  private readonly found: Imported[] = [];
  /** Open elements, outermost first. */
  private readonly tags: string[] = [];
  private ignoredFrom = -1;
  private trace: Open<{ name: string | null; isTooLong: boolean }> | null = null;
  private event: Open<{ name?: string; time?: string; transition?: string }> | null = null;
  private readonly attributes: Attribute[] = [];
  private line = 0;
  private failure: ImportFailure | null = null;
  private sinceTag = 0;

  constructor(private readonly options: ReadOptions) {
    this.parser.on('opentag', ({ name, attributes }) => this.open(name, attributes));
    this.parser.on('closetag', ({ name }) => this.close(name));
    this.parser.on('doctype', () =>
      this.fail('A document type declaration is refused: entities could grow without end'),
    );
    this.parser.on('error', (error) =>
      this.fail(`The file is not XML: ${error.message.slice(0, 200).replace(/\.$/, '')}`),
    );
  }

  write(chunk: string): Imported[] {
    // A declaration or a value without end would be kept whole by the parser.
    this.sinceTag += chunk.length;
    this.parser.write(chunk);
    if (this.sinceTag > ITEM_CHARACTERS)
      this.fail(`From line ${this.parser.line} on one value is longer than ${ITEM_CHARACTERS / 1024 / 1024} MB`);
    return this.taken();
  }

  end(): Imported[] {
    this.parser.close();
    if (this.failure === null && this.tags.length > 0) this.fail('The file ends in the middle: it was cut off');
    return this.taken();
  }

  private taken(): Imported[] {
    if (this.failure !== null) throw this.failure;
    return this.found.splice(0);
  }

  /** The first failure counts; what comes after it is its consequence. */
  private fail(message: string): void {
    this.failure ??= new ImportFailure(`${message}. Nothing was written.`);
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.sinceTag = 0;
    if (this.failure !== null) return;
    this.tags.push(name);
    if (this.tags.length > DEPTH) return this.fail(`Line ${this.parser.line} is nested deeper than ${DEPTH} levels`);
    if (this.tags.length === 1 && name !== 'log') {
      return this.fail(`The file is XML, but no XES log: it begins with <${name.slice(0, 60)}>`);
    }
    if (this.ignoredFrom !== -1) return;
    const opened = { depth: this.tags.length, fragments: [], characters: 0 };
    if (SCHEMA.has(name)) this.ignoredFrom = this.tags.length;
    else if ((name === 'trace' || name === 'event') && this.attributes.length > 0) {
      // Its attributes would be kept as long as that one is open.
      this.ignore(`line ${this.parser.line}`, `is ${name === 'event' ? 'an event' : 'a trace'} inside an attribute`);
    } else if (name === 'trace') this.trace = { ...opened, name: null, isTooLong: false };
    else if (name === 'event') {
      this.event = opened;
      this.line = this.parser.line;
    } else if (ATTRIBUTES.has(name)) this.openAttribute(name, attributes.key ?? '', attributes.value ?? '');
  }

  /** What has no event or trace to go to is not kept, nor what would make one longer than it may be. */
  private openAttribute(tag: string, key: string, value: string): void {
    const { event, trace } = this;
    const of = event ?? trace;
    if (of === null || (of === trace && trace.isTooLong)) {
      this.ignoredFrom = this.tags.length;
      return;
    }
    of.characters += key.length + value.length + ATTRIBUTE_CHARACTERS;
    if (of === trace && of.characters > TRACE_CHARACTERS) {
      trace.isTooLong = true;
      trace.fragments = [];
      this.attributes.length = 0;
      this.ignoredFrom = trace.depth + 1;
    } else if (of.characters > ITEM_CHARACTERS) {
      this.event = null;
      this.attributes.length = 0;
      this.ignore(`line ${this.line}`, TOO_LONG, of.depth);
    } else this.attributes.push({ tag, key, value, inner: [] });
  }

  /** Leaves out the element that is open at this depth, and says why. */
  private ignore(at: string, why: string, depth: number = this.tags.length): void {
    this.found.push(bad(at, why));
    this.ignoredFrom = depth;
  }

  private close(name: string): void {
    if (this.failure !== null) return;
    const depth = this.tags.length;
    this.tags.pop();
    if (this.ignoredFrom !== -1) {
      if (depth === this.ignoredFrom) this.ignoredFrom = -1;
      return;
    }
    if (name === 'event') this.endEvent();
    else if (name === 'trace') this.trace = null;
    else if (ATTRIBUTES.has(name)) this.endAttribute();
  }

  private endAttribute(): void {
    const attribute = this.attributes.pop();
    if (!attribute) return;
    const fragment = (key: string): string => `${JSON.stringify(key)}:${jsonOf(attribute)}`;
    const outer = this.attributes.at(-1);
    const { key, value } = attribute;
    if (outer) outer.inner.push(outer.tag === 'list' ? `{${fragment(key)}}` : fragment(key));
    else if (this.event) {
      this.event.fragments.push(fragment(key));
      if (key === 'concept:name') this.event.name = value;
      else if (key === 'time:timestamp') this.event.time = value;
      else if (key === 'lifecycle:transition') this.event.transition = value;
    } else if (this.trace) {
      if (key === 'concept:name') this.trace.name = value;
      this.trace.fragments.push(fragment(`case:${key}`));
    }
  }

  private endEvent(): void {
    const { event, trace } = this;
    this.event = null;
    if (event === null) return;
    const at = `line ${this.line}`;
    if (trace === null) return void this.found.push(bad(at, 'is an event outside of a trace'));
    if (trace.isTooLong) {
      return void this.found.push(
        bad(
          at,
          `stands in a trace whose attributes, which each event repeats, are longer than ${TRACE_CHARACTERS / 1024} kB`,
        ),
      );
    }
    if (trace.name === null) {
      return void this.found.push(bad(at, 'stands in a trace that has no concept:name before its events'));
    }
    const payload = `{${[...event.fragments, ...trace.fragments].join(',')}}`;
    // Escaped it can be longer than it was.
    if (payload.length > ITEM_CHARACTERS) return void this.found.push(bad(at, TOO_LONG));
    const { aggregateType, defaultType, lifecycle } = this.options;
    const parts = {
      type: aggregateType ?? defaultType,
      caseId: trace.name,
      activity: event.name,
      transition: lifecycle === '1' ? event.transition : null,
      time: event.time,
    };
    this.found.push(eventOf(at, parts, { payload }));
  }
}

/** The value of an attribute; attributes inside it stand beside it. */
function jsonOf({ tag, value, inner }: Attribute): string {
  if (tag === 'list') return `[${inner.join(',')}]`;
  if (tag === 'container') return `{${inner.join(',')}}`;
  const isBare =
    ((tag === 'int' || tag === 'float') && value.length < 1_000 && JSON_NUMBER.test(value)) ||
    (tag === 'boolean' && /^(true|false)$/.test(value));
  const text = isBare ? value : JSON.stringify(value);
  return inner.length === 0 ? text : `{"value":${text},"attributes":{${inner.join(',')}}}`;
}
