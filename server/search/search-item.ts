import type { SearchItem } from '@/core/contract/search';
import { NUMBER } from '@/core/search/keys';
import type { Hit } from './kept-hits';

/** One line of the answer: what was found, by what, and where its page is. */
export function itemOf(hit: Hit, searched: string): SearchItem {
  const exact = hit.value === searched;
  return { ...faceOf(hit), match: matchOf(hit, exact, searched), exact };
}

type Face = Pick<SearchItem, 'id' | 'label' | 'detail' | 'status' | 'at' | 'href'>;

function faceOf(hit: Hit): Face {
  const { target, targetType, value } = hit;
  switch (hit.kind) {
    case 'saga':
      return {
        id: target,
        label: hit.businessKey ?? hit.sagaType ?? target,
        detail: hit.sagaType ?? null,
        ...(hit.status ? { status: hit.status } : {}),
        ...(hit.updatedAt ? { at: hit.updatedAt } : {}),
        href: `/sagas/${target}`,
      };
    case 'event':
      return {
        id: target,
        label: hit.name ?? target,
        detail: `${targetType === '' ? '' : `${targetType} `}${hit.stream ?? ''}`,
        href: `/events/${target}`,
      };
    case 'stream':
      return {
        id: target,
        label: target,
        detail: targetType === '' ? null : targetType,
        href: `/events/streams/${targetType === '' ? '~' : encodeURIComponent(targetType)}/${encodeURIComponent(target)}`,
      };
    case 'flow':
      return { id: target, label: target, detail: null, href: `/flows/${encodeURIComponent(target)}` };
    case 'trace':
      return {
        id: value,
        label: value,
        detail: target === '' ? null : `flow ${target}`,
        href: target === '' ? eventsWith(value) : `/flows/${encodeURIComponent(target)}`,
      };
    case 'value':
      return { id: target, label: target, detail: null, href: eventsWith(target) };
  }
}

const eventsWith = (value: string): string => `/events?q=${encodeURIComponent(value)}`;

function matchOf({ field, value, kind }: Hit, exact: boolean, searched: string): string {
  const way = field === NUMBER ? 'ends with the number' : field;
  // What the line shows already is not said again.
  const isShown = kind === 'value' || kind === 'trace' || kind === 'flow';
  if (exact) return field === NUMBER ? `${way} ${value}` : isShown ? field : `${way} ${value}`;
  return field === NUMBER ? `${way} ${value}` : `${way} begins with ${searched}`;
}
