import type { Flow } from '../contract/flows';
import type { SentencePart } from '../contract/sagas';
import { measuredWords } from '../diagram/duration-words';
import { cutText } from '../diagram/escape';
import { counted } from '../narrative/counted';

/** What the sentence is made of. Times are epoch ms. */
export interface FlowFacts {
  events: number;
  services: number;
  failures: number;
  first: { label: string; at: number } | null;
  firstFailure: { label: string; at: number } | null;
  startedAt: number | null;
  endedAt: number | null;
  sagas: readonly Pick<Flow['sagas'][number], 'businessKey' | 'sagaType' | 'status'>[];
  moreSagas: boolean;
}

const STATUS_WORDS = {
  RUNNING: 'is running',
  COMPLETED: 'is completed',
  FAILED: 'has failed',
  COMPENSATING: 'is being compensated',
  COMPENSATED: 'is compensated',
} as const satisfies Record<Flow['sagas'][number]['status'], string>;

const whole = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** What happened in a flow, in one or two sentences: how it began, what failed first, what became of its saga. */
export function flowSentence(facts: FlowFacts): SentencePart[] {
  return [...began(facts), ...failed(facts), ...sagaPart(facts)];
}

export const sentenceOf = (parts: readonly SentencePart[]): string => parts.map(({ text }) => text).join('');

const text = (words: string): SentencePart => ({ text: words, as: 'text' });
const code = (words: string): SentencePart => ({ text: cutText(words, 80), as: 'code' });

function began({ events, services, first, startedAt, endedAt }: FlowFacts): SentencePart[] {
  if (events === 0 || first === null || startedAt === null || endedAt === null)
    return [text('No event carries this correlation; the steps of its saga are shown.')];
  const lanes = counted(services, 'service');
  if (events === 1) return [code(first.label), text(' is its only event so far.')];
  return [
    code(first.label),
    text(` began it: ${counted(events, 'event')} of ${lanes} in ${measuredWords(endedAt - startedAt)}.`),
  ];
}

function failed({ events, failures, first, firstFailure }: FlowFacts): SentencePart[] {
  if (events === 0) return [];
  if (failures === 0 || firstFailure === null || first === null) return [text(' No event tells of a failure.')];
  // Clocks differ: what stands first in the log began it, whatever the times say.
  const after = measuredWords(Math.max(0, firstFailure.at - first.at));
  const what = failures === 1 ? 'the only failure' : `the first of ${whole(failures)} failures`;
  return [text(' '), code(firstFailure.label), text(` was ${what}, after ${after}.`)];
}

function sagaPart({ sagas, moreSagas }: FlowFacts): SentencePart[] {
  const [saga] = sagas;
  if (saga === undefined) return [];
  if (sagas.length === 1 && !moreSagas) {
    const open = saga.status === 'FAILED' || saga.status === 'COMPENSATING';
    const name = cutText(saga.businessKey ?? saga.sagaType, 64);
    return [text(' '), { text: `Its saga ${name} ${STATUS_WORDS[saga.status]}.`, as: open ? 'open' : 'text' }];
  }
  const counts = new Map<string, number>();
  for (const { status } of sagas) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, count]) => `${count} ${status.toLowerCase()}`).join(', ');
  return [
    text(
      ` ${moreSagas ? `More than ${sagas.length}` : sagas.length} sagas belong to it: ${words}${moreSagas ? ' among them' : ''}.`,
    ),
  ];
}
