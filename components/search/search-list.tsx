/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a combobox's list of links: no select holds them */
import Link from 'next/link';
import type { MouseEvent } from 'react';
import type { SearchGroup } from '@/core/contract/search';
import { Icon } from '@/components/ui/icon';
import { Hit } from './hit';
import { SHOWN, type SearchOption } from './search-options';
import { KIND_WORDS } from './search-words';

/** The list that hangs on the search field: its lines are links, its current one is named by the field. */
export function SearchList({
  id,
  label,
  options,
  groups,
  current,
  q,
  onPoint,
  onChoose,
}: {
  id: string;
  label: string;
  options: readonly SearchOption[];
  /** Of the hits among the options; none for recent searches. */
  groups: readonly SearchGroup[];
  current: string | undefined;
  q: string;
  onPoint: (option: SearchOption) => void;
  onChoose: (option: SearchOption, event: MouseEvent) => void;
}) {
  if (options.length === 0) return null;
  const line = (option: SearchOption) => (
    <Link
      key={option.key}
      id={`${id}-${option.key}`}
      role="option"
      aria-selected={option.key === current}
      tabIndex={-1}
      className="hit"
      href={option.href}
      prefetch={false}
      onPointerMove={() => onPoint(option)}
      onClick={(event) => onChoose(option, event)}
    >
      <Line option={option} q={q} />
    </Link>
  );
  return (
    <div id={id} role="listbox" aria-label={label}>
      {groups.map((group) => (
        <div key={group.kind} role="group" aria-labelledby={`${id}-${group.kind}`}>
          <div className="hit-kind fs12 t2" role="presentation" id={`${id}-${group.kind}`}>
            {KIND_WORDS[group.kind].many}
            {group.more || group.items.length > SHOWN ? ` · first ${SHOWN}` : ''}
          </div>
          {options.filter(({ hit }) => hit?.kind === group.kind).map(line)}
        </div>
      ))}
      {options.filter(({ hit }) => hit === undefined).map(line)}
    </div>
  );
}

function Line({ option, q }: { option: SearchOption; q: string }) {
  if (option.hit !== undefined) return <Hit {...option.hit} />;
  return (
    <>
      <Icon name={option.again === undefined ? 'search' : 'clock'} className="t3" />
      {option.again === undefined ? (
        <span className="trunc">All results for “{q}”</span>
      ) : (
        <span className="mono trunc">{option.again}</span>
      )}
    </>
  );
}
