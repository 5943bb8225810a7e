'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { download, type Progress } from '@/client/download';
import { asApiError } from '@/client/http';
import { sessionQueries } from '@/client/session';
import { Button } from '@/components/ui/button';
import { bytesWords, wholeWords } from '@/components/ui/number-words';

type Format = 'csv' | 'jsonl';
type State =
  | { is: 'ready' }
  | { is: 'running'; progress: Progress }
  | { is: 'done'; progress: Progress }
  | { is: 'cancelled' }
  | { is: 'failed'; detail: string };

/** Export…: all that match, in a file, with progress and a way to stop. */
export function ExportButton({
  what,
  permission,
  formats = ['csv', 'jsonl'],
  pathOf,
}: {
  /** What is exported, in the plural: names the file too. */
  what: string;
  permission: string;
  formats?: readonly Format[];
  pathOf: (format: Format) => string;
}) {
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
      <dialog ref={dialog} className="dlg export" aria-label={`Export ${what}`}>
        <ExportForm what={what} formats={formats} pathOf={pathOf} onClose={() => dialog.current?.close()} />
      </dialog>
    </>
  );
}

const FORMAT_WORDS: Record<Format, { name: string; note: string }> = {
  csv: {
    name: 'CSV',
    note: 'For spreadsheets. A value that begins as a formula does gets a quote in front, so that it is not run.',
  },
  jsonl: { name: 'JSON Lines', note: 'For programs: one JSON object in each line, to the last digit.' },
};

function ExportForm({
  what,
  formats,
  pathOf,
  onClose,
}: {
  what: string;
  formats: readonly Format[];
  pathOf: (format: Format) => string;
  onClose: () => void;
}) {
  const [format, setFormat] = useState<Format>(formats[0] ?? 'csv');
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
      <fieldset className="choices" disabled={state.is === 'running'}>
        <legend>Format</legend>
        {formats.map((one) => (
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
            <Button variant="primary" onClick={() => void start()}>
              Export {FORMAT_WORDS[format].name}
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function stateWords(state: State, what: string): string {
  if (state.is === 'ready') return `All that is there at the moment the export begins.`;
  if (state.is === 'cancelled') return 'Cancelled. Nothing was saved.';
  if (state.is === 'failed') return state.detail;
  const { rows, total, bytes } = state.progress;
  const of = total === null ? '' : ` of ${wholeWords(total)}`;
  const done = total === null ? rows : Math.min(rows, total);
  if (state.is === 'running') return `${wholeWords(done)}${of} ${what}, ${bytesWords(bytes)}`;
  return `Done: ${wholeWords(total ?? rows)} ${what}, ${bytesWords(bytes)}.`;
}
