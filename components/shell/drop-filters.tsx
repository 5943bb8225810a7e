'use client';
import { type FilterSet, withFilter, withText } from '@/client/url-filters';
import { chipWords, type WordOf } from './query-bar';
import { UrlLink } from './url-link';
import { useUrlState } from './url-state';

/** The ways back from a list that nothing matches: without the text, without the newest filter, without any. */
export function DropFilters({ filters, all, wordOf }: { filters: FilterSet; all: string; wordOf: WordOf }) {
  const { params } = useUrlState();
  const text = params.get('q')?.trim() ?? '';
  const newest = filters.filtersOf(params).at(-1);
  const words = newest && chipWords(newest, filters.fields[newest.field]?.word ?? newest.field, wordOf);
  return (
    <>
      {text === '' ? null : (
        <UrlLink className="btn sm" to={withText(params, '')}>
          Drop “{text}”
        </UrlLink>
      )}
      {newest === undefined || words === undefined ? null : (
        <UrlLink className="btn sm" to={withFilter(params, newest.field, [])}>
          Drop {words.name} {words.value}
        </UrlLink>
      )}
      <UrlLink className="btn sm ghost" to={new URLSearchParams()}>
        {all}
      </UrlLink>
    </>
  );
}
