import { ATTENTION_WORD, STATUS_WORD } from '@/components/saga/status';

/** A value of a filter as its chip has it. */
export function sagaFilterWord(field: string, value: string): string {
  if (field === 'status') return (STATUS_WORD as Record<string, string>)[value] ?? value;
  if (field === 'attention') {
    if (value === 'any') return 'any';
    return value === 'none' ? 'none' : ((ATTENTION_WORD as Record<string, string>)[value] ?? value);
  }
  return value;
}
