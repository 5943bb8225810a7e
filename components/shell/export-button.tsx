'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { download, type Progress } from '@/client/download';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import type { FilterSet } from '@/client/url-filters';
import type { Count } from '@/core/contract/wire';
import { Button } from '@/components/ui/button';
import { bytesWords, countWords, wholeWords } from '@/components/ui/number-words';
import { asWritten, chipWords, type WordOf } from './query-bar';
import { useUrlState } from './url-state';

type Format = 'csv' | 'jsonl';
type State =
  | { is: 'ready' }
  | { is: 'running'; progress: Progress }
  | { is: 'done'; progress: Progress }
  | { is: 'cancelled' }
  | { is: 'failed'; detail: string };

interface ExportProps {
  /** What is exported, in the plural: names the file too. */
  what: string;
  /** How many match, as far as the list knows; null: it does not yet. */
  count: Count | null;
  /** The filters of the list, and how it words their values. */
  filters: FilterSet;
  wordOf?: WordOf;
  pathOf: (format: Format) => string;
}

/** Export…: all that match, in a file, with progress and a way to stop. */
export function ExportButton({ permission, ...rest }: ExportProps & { permission: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const allowed = useQuery(sessionQueries.me()).data?.permissions[permission];
  return (
    <>
      <Button
        small
        variant="ghost"
        icon="down"
        disabledReason={allowed === undefined || allowed === true ? null : allowed.text}
        onClick={() => dialog.current?.showModal()}
      >
        Export…
      </Button>
      <dialog ref={dialog} className="dlg export" aria-label={`Export ${rest.what}`}>
        <ExportForm {...rest} onClose={() => dialog.current?.close()} />
      </dialog>
    </>
  );
}

const FORMAT_WORDS: Record<Format, { name: string; note: string }> = {
  csv: {
    name: 'CSV',
    note: "For spreadsheets. Text that would run there as a formula, such as =1+1, gets a ' in front and stays text.",
  },
  jsonl: { name: 'JSON Lines', note: 'For programs: one JSON object in each line, to the last digit.' },
};

const FORMATS: readonly Format[] = ['csv', 'jsonl'];

function ExportForm({ what, count, filters, wordOf, pathOf, onClose }: ExportProps & { onClose: () => void }) {
  const [format, setFormat] = useState<Format>('csv');
  const [state, setState] = useState<State>({ is: 'ready' });
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const abort = new AbortController();
    running.current = abort;
    setState({ is: 'running', progress: { rows: 0, total: null, bytes: 0 } });
    try {
      const progress = await download(pathOf(format), `${what}.${format}`, abort.signal, (now) =>
        setState({ is: 'running', progress: now }),
      );
      setState({ is: 'done', progress });
    } catch (error) {
      const stopped = error instanceof DOMException && error.name === 'AbortError';
      setState(stopped ? { is: 'cancelled' } : { is: 'failed', detail: asApiError(error).detail });
    }
  };
  return (
    <>
      <h2>Export all {what} that match</h2>
      <Matching {...{ count, filters, wordOf }} />
      <fieldset className="choices" disabled={state.is === 'running'}>
        <legend>Format</legend>
        {FORMATS.map((one) => (
          <label key={one}>
            <input type="radio" name="format" checked={format === one} onChange={() => setFormat(one)} />
            <span>
              {FORMAT_WORDS[one].name} <span className="fs12 t2">{FORMAT_WORDS[one].note}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <output className="fs12 t2">{stateWords(state, what)}</output>
      {state.is === 'running' ? (
        <progress
          aria-label="Export"
          max={state.progress.total ?? undefined}
          value={state.progress.total === null ? undefined : Math.min(state.progress.rows, state.progress.total)}
        />
      ) : null}
      <div className="row export-foot">
        {state.is === 'running' ? (
          <Button onClick={() => running.current?.abort()}>Cancel export</Button>
        ) : (
          <>
            <Button onClick={onClose}>Close</Button>
            <Button
              variant="primary"
              disabledReason={count?.value === 0 ? `No ${what} match` : null}
              onClick={() => void start()}
            >
              Export {FORMAT_WORDS[format].name}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

/** How many go into the file, by which filters, and with which columns. */
function Matching({ count, filters, wordOf = asWritten }: Pick<ExportProps, 'count' | 'filters' | 'wordOf'>) {
  const { params } = useUrlState();
  const text = params.get('q')?.trim() ?? '';
  const chosen = filters
    .filtersOf(params)
    .map((filter) => chipWords(filter, filters.fields[filter.field]?.word ?? filter.field, wordOf))
    .map(({ name, value }) => `${name} ${value}`)
    .concat(text === '' ? [] : [`search for “${text}”`]);
  return (
    <>
      <p className="fs12 t2">
        {count === null
          ? 'Counting…'
          : count.value === 0
            ? 'None match'
            : `${countWords(count)} ${count.value === 1 ? 'matches' : 'match'}`}
        {chosen.length === 0 ? ', without a filter.' : `: ${chosen.join('; ')}.`}
      </p>
      <p className="fs12 t2">The file has every column, also those that the list does not show.</p>
    </>
  );
}

function stateWords(state: State, what: string): string {
  if (state.is === 'ready') return 'What matches at the moment the export begins is in the file.';
  if (state.is === 'cancelled') return 'Cancelled. Nothing was saved.';
  if (state.is === 'failed') return state.detail;
  const { rows, total, bytes } = state.progress;
  const of = total === null ? '' : ` of ${wholeWords(total)}`;
  const done = total === null ? rows : Math.min(rows, total);
  if (state.is === 'running') return `${wholeWords(done)}${of} ${what}, ${bytesWords(bytes)}`;
  return `Done: ${wholeWords(total ?? rows)} ${what}, ${bytesWords(bytes)}.`;
}
