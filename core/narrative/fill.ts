import { scalarAt } from '../saga/identity';
import { isolated } from './isolated';

const PLACEHOLDER = /\{(\$(?:\.[A-Za-z_][\w-]*|\[\d+\])+)\}/g;
const LONGEST_VALUE = 80;

/** Empty, long or braced text is no word of a sentence. */
const isWord = (text: string): boolean => text !== '' && text.length <= LONGEST_VALUE && !/[{}\p{Cc}]/u.test(text);

/**
 * Fills `{$.path}` of a definition's words from the first context that has a scalar there, digits as written.
 * Answers null, for the generic template, where one of them is missing: braces never reach a reader.
 */
export function fill(template: string | undefined, contexts: readonly (string | null)[]): string | null {
  if (template === undefined) return null;
  let missing = false;
  const text = template.replaceAll(PLACEHOLDER, (_, path: string) => {
    for (const context of contexts) {
      const found = context === null ? null : scalarAt(context, path);
      if (found !== null && isWord(found.trim())) return isolated(found.trim());
    }
    missing = true;
    return '';
  });
  return missing || /[{}]/.test(text) || text.trim() === '' ? null : text.trim();
}
