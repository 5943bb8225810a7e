import { FILTER_FIELDS, type Filter, type FilterField } from '@/client/saga-filters';
import { ATTENTION_WORD, STATUS_WORD } from '@/components/saga/status';
import { clockWords, dateWords } from '@/components/ui/time-words';

function wordOf(field: FilterField, value: string): string {
  if (field === 'status') return (STATUS_WORD as Record<string, string>)[value] ?? value;
  if (field === 'attention') {
    if (value === 'any') return 'any';
    return value === 'none' ? 'none' : ((ATTENTION_WORD as Record<string, string>)[value] ?? value);
  }
  if (field === 'from' || field === 'to') {
    const at = Date.parse(value);
    return Number.isNaN(at) ? value : `${dateWords(at)}, ${clockWords(at)}`;
  }
  return value;
}

/** A filter as its chip reads: `status is` Failed, `type is any of` 3 types, `started after` 12 Mar 2026, 14:00:00. */
export function chipWords(filter: Filter): { name: string; value: string } {
  const { word } = FILTER_FIELDS[filter.field];
  if (filter.field === 'from' || filter.field === 'to')
    return { name: word, value: wordOf(filter.field, filter.values[0] ?? '') };
  if (filter.values.length === 1) return { name: `${word} is`, value: wordOf(filter.field, filter.values[0] ?? '') };
  return { name: `${word} is any of`, value: filter.values.map((value) => wordOf(filter.field, value)).join(', ') };
}
