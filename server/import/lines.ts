import { ITEM_CHARACTERS } from './row';

export interface Line {
  number: number;
  /** Null: longer than an item may be; it was skipped without being held. */
  text: string | null;
}

/** The lines of a text, without their ends; empty ones too. */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 1;
  let parts: string[] = [];
  let length = 0;
  const finished = (): Line => {
    const line = parts.join('');
    const whole = length > ITEM_CHARACTERS ? null : line.endsWith('\r') ? line.slice(0, -1) : line;
    parts = [];
    length = 0;
    return { number: number++, text: whole };
  };
  for await (const chunk of text) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', from)) {
      length += end - from;
      if (length <= ITEM_CHARACTERS) parts.push(chunk.slice(from, end));
      yield finished();
      from = end + 1;
    }
    length += chunk.length - from;
    if (length <= ITEM_CHARACTERS) parts.push(chunk.slice(from));
    else parts = [];
  }
  if (length > 0) yield finished();
}
