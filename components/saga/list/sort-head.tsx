'use client';
import type { ReactNode } from 'react';
import { UrlLink } from '@/components/shell/url-link';
import { useUrlState } from '@/components/shell/url-state';
import { Icon } from '@/components/ui/icon';

export type SagaSort = string;

/** A column head that sorts: newest first, then oldest first. */
export function SortHead({
  field,
  sort,
  children,
}: {
  field: 'startedAt' | 'updatedAt';
  sort: SagaSort;
  children: ReactNode;
}) {
  const { params } = useUrlState();
  const down = sort === `-${field}`;
  const up = sort === field;
  const to = new URLSearchParams(params);
  to.set('sort', down ? field : `-${field}`);
  to.delete('cursor');
  return (
    <th
      scope="col"
      className={`num c-${field === 'startedAt' ? 'age' : 'updated'}`}
      aria-sort={down ? 'descending' : up ? 'ascending' : undefined}
    >
      <UrlLink to={to} className="sort" data-tip={down ? 'Newest first. Turn to oldest first' : 'Sort newest first'}>
        {children}
        {down || up ? <Icon name="sort" size={12} className={up ? 'flip' : ''} /> : null}
      </UrlLink>
    </th>
  );
}
