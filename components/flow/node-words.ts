import type { FlowNode } from '@/core/contract/flows';
import type { Shape } from '@/components/saga/status';
import { labelText } from '@/core/diagram/escape';

/** The shape of a node's status; null: a plain event carries none. */
export function shapeOf({ kind, tone, state }: FlowNode): Shape | null {
  if (kind === 'ghost') return 'pending';
  if (tone === 'plain') return kind === 'step' && state === 'succeeded' ? 'completed' : null;
  return tone;
}

/** `s-failed` and the like: what colours a node; none for a plain event. */
export const toneClass = (node: FlowNode): string => {
  const shape = shapeOf(node);
  return shape === null || shape === 'completed' ? '' : `s-${shape}`;
};

export const serviceWords = (service: string): string => (service === '' ? 'no service' : service);

const LONGEST = 30;

/** A node in words: first those that are seen in it, then the rest. */
export function nodeWords(node: FlowNode): string {
  const many = node.count > 1 ? `×${node.count} ` : '';
  const seen = `${many}${labelText(node.label, LONGEST)} ${labelText(node.detail, LONGEST)}`;
  // What is wrong with it is its second line already, unless it is a stack.
  const fault = node.fault === null || node.count === 1 ? '' : `, ${faultWords(node)}`;
  return `${seen}, ${serviceWords(node.service)}${fault}`;
}

export const faultWords = ({ fault }: FlowNode): string =>
  fault === 'self' ? 'names itself as its cause' : fault === 'cycle' ? 'names one of its own effects as its cause' : '';

/** `+412 ms` after the flow began needs its beginning; both ISO 8601. */
export const msAfter = (at: string, start: string | null): number =>
  start === null ? 0 : Date.parse(at) - Date.parse(start);
