/** A piece of a line: key, string, number or literal, punctuation, or text that is no JSON. */
export interface JsonPiece {
  text: string;
  as: 'k' | 's' | 'n' | 'p' | 'x';
}

export interface JsonLine {
  indent: number;
  pieces: JsonPiece[];
}

export interface JsonPage {
  lines: JsonLine[];
  /** Lines are left out after the last one. */
  more: boolean;
}

interface Token extends JsonPiece {
  /** Of an opening bracket: the place of its end, or of the end of the text. */
  close: number;
}

const LEXEME = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null)|([{}[\],:])|("[^]*|[^\s{}[\],:"]+))/y;
const LONGEST_TOKEN = 2_000;
const BARE_KEY = /^"[A-Za-z_$][\w$]*"$/;
/** What stays on one line, indent and key included. */
const LINE = 40;

/**
 * JSON text set in lines, losslessly: it is never parsed to values, so 9007199254740993 and 1.10 stay as written, and
 * text that is cut or no JSON at all is shown as far as it goes. Small objects stay on one line; at most `maxLines`.
 */
export function jsonLines(text: string, maxLines: number, bareKeys = true): JsonPage {
  const tokens = tokensOf(text, maxLines * 200, bareKeys);
  const widths = [0];
  for (const token of tokens) widths.push((widths.at(-1) ?? 0) + token.text.length + 1);
  const lines: JsonLine[] = [];
  let line: JsonLine = { indent: 0, pieces: [] };
  let depth = 0;
  let inlineUntil = -1;
  const flush = () => {
    if (line.pieces.length > 0) lines.push(line);
    line = { indent: depth, pieces: [] };
  };
  for (const [at, token] of tokens.entries()) {
    if (lines.length >= maxLines) return { lines, more: true };
    const { text: word, as } = token;
    const inline = at <= inlineUntil;
    if (word === '{' || word === '[') {
      const width = (widths[token.close + 1] ?? 0) - (widths[at] ?? 0);
      const soFar = line.indent * 2 + line.pieces.reduce((sum, piece) => sum + piece.text.length, 0);
      const fits = token.close < tokens.length && (depth > 0 || token.close === at + 1) && soFar + width <= LINE + 6;
      line.pieces.push(piece(word === '{' && (inline || fits) && token.close > at + 1 ? '{ ' : word, as));
      if (inline) continue;
      if (fits) inlineUntil = token.close;
      else {
        depth += 1;
        flush();
      }
    } else if (word === '}' || word === ']') {
      if (inline) line.pieces.push(piece(word === '}' && tokens[at - 1]?.text !== '{' ? ' }' : word, as));
      else {
        depth = Math.max(0, depth - 1);
        flush();
        line.indent = depth;
        line.pieces.push(piece(word, as));
      }
    } else if (word === ',') {
      line.pieces.push(piece(inline ? ', ' : ',', as));
      if (!inline) flush();
    } else line.pieces.push(piece(word === ':' ? ': ' : word, as));
  }
  flush();
  return { lines, more: lines.length > maxLines };
}

const piece = (text: string, as: JsonPiece['as']): JsonPiece => ({ text, as });

/** Tokens of at most `limit` characters of the text's beginning. */
function tokensOf(text: string, limit: number, bareKeys: boolean): Token[] {
  const tokens: Token[] = [];
  const open: Token[] = [];
  LEXEME.lastIndex = 0;
  let used = 0;
  for (let found = LEXEME.exec(text); found !== null && used < limit; found = LEXEME.exec(text)) {
    const [, string, literal, mark, other] = found;
    const word = string ?? literal ?? mark ?? other ?? '';
    used += Math.min(word.length, LONGEST_TOKEN);
    const as = string === undefined ? (literal === undefined ? (mark === undefined ? 'x' : 'p') : 'n') : 's';
    const token: Token = { text: shortened(word), as, close: Number.MAX_SAFE_INTEGER };
    if (mark === ':') {
      const key = tokens.at(-1);
      if (key?.as === 's') {
        key.as = 'k';
        if (bareKeys && BARE_KEY.test(key.text)) key.text = key.text.slice(1, -1);
      }
    }
    if (mark === '{' || mark === '[') open.push(token);
    if (mark === '}' || mark === ']') {
      const opened = open.pop();
      if (opened) opened.close = tokens.length;
    }
    tokens.push(token);
  }
  return tokens;
}

function shortened(word: string): string {
  if (word.length <= LONGEST_TOKEN) return word;
  return `${word.slice(0, LONGEST_TOKEN)}… (${word.length - LONGEST_TOKEN} more characters)`;
}
