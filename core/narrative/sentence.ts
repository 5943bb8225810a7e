import type { SentencePart } from '../contract/sagas';
import type { DefinitionVersion } from '../definition/definition';
import type { Saga, Settlement } from '../saga/saga';
import { clauses, openTexts } from './clauses';
import { factsOf } from './facts';
import { plain, textOf, type Clause } from './words';

const upper = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

/** A clause as a sentence: capital, unless a machine's name opens it; the full stop comes with the next one. */
function opened(clause: Clause): Clause {
  const [first, ...rest] = clause;
  return first === undefined || first.as !== 'text' ? clause : [{ ...first, text: upper(first.text) }, ...rest];
}

/** Neighbours of one kind become one part. */
function joined(parts: Clause): SentencePart[] {
  return parts.reduce<SentencePart[]>((all, part) => {
    const last = all.at(-1);
    if (last !== undefined && last.as === part.as && part.as === 'text')
      all[all.length - 1] = plain(last.text + part.text);
    else if (part.text !== '') all.push(part);
    return all;
  }, []);
}

const ended = (clause: Clause): boolean => /[.!?]$/.test(textOf(clause));

/**
 * A saga in one plain sentence or two: what failed (code, attempts). What was undone. What is still open, last and as
 * `open`. Built from the log by template; outcomes that nobody knows are said to be unknown. `now` in epoch ms;
 * `settlements` name the persons by whose word an effect is settled. Source: DESIGN.md, Writing; contract part 2.
 */
export function sentence(
  saga: Saga,
  definition: DefinitionVersion | null,
  now: number,
  settlements: readonly Settlement[] = [],
): SentencePart[] {
  const facts = factsOf(saga, definition, now);
  const told = clauses(facts, now, settlements);
  const open = openTexts(facts).join('; ');
  const parts = told.flatMap((clause, at) => {
    const last = at === told.length - 1;
    const stop = ended(clause) ? '' : '.';
    return [...opened(clause), plain(last && open !== '' ? '' : last ? stop : `${stop} `)];
  });
  if (open === '') return joined(parts);
  const stop = /[.!?]$/.test(open) ? '' : '.';
  return joined(
    told.length === 0
      ? [{ text: `${open}${stop}`, as: 'open' }]
      : [...parts, plain(' — '), { text: `${open}${stop}`, as: 'open' }],
  );
}

/** The sentence as plain text, for lists, screen readers and the API. */
export const sentenceText = (parts: readonly SentencePart[]): string => textOf(parts);
