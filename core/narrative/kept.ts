import type { ImportEvent } from '../journal/import-event';
import type { ViewEvent } from '../journal/view-event';
import { counted } from './counted';
import { isolated } from './isolated';

type Imports<T extends ImportEvent['type']> = Extract<ImportEvent, { type: T }>;
type Views<T extends ViewEvent['type']> = Extract<ViewEvent, { type: T }>;

const IMPORTED: { [T in ImportEvent['type']]: (event: Imports<T>) => string } = {
  ImportStarted: ({ by, file }) => `${isolated(by)} began to import ${isolated(file)}.`,
  ImportCancelRequested: ({ by, file }) => `${isolated(by)} asked to stop the import of ${isolated(file)}.`,
  ImportCompleted: ({ by, file, written, known, cases, badLines }) => {
    const there = known > 0 ? ` ${counted(known, 'event')} ${known === 1 ? 'was' : 'were'} there already.` : '';
    const left = badLines > 0 ? ` ${counted(badLines, 'line')} ${badLines === 1 ? 'was' : 'were'} left out.` : '';
    return `${isolated(by)} imported ${isolated(file)}: ${counted(written, 'event')} of ${counted(cases, 'case')} written.${there}${left}`;
  },
  ImportCancelled: ({ by, file, cancelledBy }) =>
    `The import of ${isolated(file)} by ${isolated(by)} was cancelled${cancelledBy === null ? '' : ` by ${isolated(cancelledBy)}`}. Nothing was written.`,
  ImportFailed: ({ by, file, message }) =>
    `The import of ${isolated(file)} by ${isolated(by)} failed: ${isolated(message)}`,
};

const SHARED: { [T in ViewEvent['type']]: (event: Views<T>) => string } = {
  ViewShared: ({ by, list, name }) => `${isolated(by)} shared the view ${isolated(name)} of ${list} with everybody.`,
  SharedViewChanged: ({ by, list, name, nameBefore, query, queryBefore }) => {
    const renamed = name === nameBefore ? '' : ` Until then it was called ${isolated(nameBefore)}.`;
    const what = query === queryBefore ? '' : ' It shows other rows or columns.';
    return `${isolated(by)} changed the shared view ${isolated(name)} of ${list}.${renamed}${what}`;
  },
  ViewUnshared: ({ by, list, name }) => `${isolated(by)} took back the shared view ${isolated(name)} of ${list}.`,
  SharedViewRemoved: ({ by, list, name, owner }) =>
    `${isolated(by)} removed the shared view ${isolated(name)} of ${list}, which ${isolated(owner)} had made.`,
};

const sayImport = <T extends ImportEvent['type']>(type: T, event: Imports<T>): string => IMPORTED[type](event);
const sayView = <T extends ViewEvent['type']>(type: T, event: Views<T>): string => SHARED[type](event);

/** What became of an import, in sentences. */
export const importText = (event: ImportEvent): string => sayImport(event.type, event);

/** What was done to a shared view, in sentences. */
export const viewText = (event: ViewEvent): string => sayView(event.type, event);
