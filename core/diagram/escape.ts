const PLAIN = /[\w .-]/;
const CONTROL_PICTURES = 0x2400;
const REPLACEMENT = 0xfffd;

/**
 * Any text as the inside of a quoted mermaid label: every character outside `[\w .-]` becomes `#<code point>;`.
 * The one escape function: an unescaped `<img>` is fetched even in mermaid's strict mode. The colon is escaped too,
 * since mermaid eats a semicolon from lines that read `style…:…#…;`. Control characters are shown as their pictures (␊).
 */
export function escapeLabel(text: string): string {
  let escaped = '';
  let before = '';
  for (const character of text) {
    // Two dollars in a row begin a formula, also once they are decoded: nothing of no width goes between them.
    if (character === '$' && before === '$') escaped += '#8203;';
    if (PLAIN.test(character)) escaped += character;
    else escaped += `#${pictured(character.codePointAt(0) ?? REPLACEMENT)};`;
    before = character;
  }
  return escaped;
}

/** A text as a label shows it: controls as their pictures, so that a line break in a name is seen and breaks nothing. */
export function labelText(text: string, max: number): string {
  return Array.from(cutText(text, max), (character) =>
    String.fromCodePoint(pictured(character.codePointAt(0) ?? REPLACEMENT)),
  ).join('');
}

/** Characters that a browser would not draw where they stand: controls as pictures, halves of a pair as U+FFFD. */
function pictured(point: number): number {
  if (point < 0x20) return CONTROL_PICTURES + point;
  if (point === 0x7f) return 0x2421;
  if (point >= 0x80 && point <= 0x9f) return REPLACEMENT;
  return point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** One drawn character may carry thousands of marks; beyond this many code points each it is cut like any other text. */
const POINTS_PER_CHARACTER = 8;

/** At most `max` drawn characters of an id: where something was cut, `…` stands between its beginning and its end. */
export function cutMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const limit = max * POINTS_PER_CHARACTER;
  const ends = text.length <= 2 * limit ? text : `${text.slice(0, limit)}${text.slice(-limit)}`;
  const drawn = Array.from(graphemes.segment(ends), ({ segment }) => segment);
  if (ends === text && drawn.length <= max) return text;
  const tail = Math.floor((max - 1) / 2);
  return `${drawn.slice(0, max - 1 - tail).join('')}…${tail === 0 ? '' : drawn.slice(-tail).join('')}`;
}

/** At most `max` drawn characters of a text, the last one `…` where something was cut; an emoji is never cut in half. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const limit = max * POINTS_PER_CHARACTER;
  const head = Array.from(text.slice(0, limit * 2)).slice(0, limit);
  const kept = Array.from(graphemes.segment(head.join('')), ({ segment }) => segment);
  const whole = head.join('').length === text.length;
  if (whole && kept.length <= max) return text;
  return `${kept.slice(0, max - 1).join('')}…`;
}
