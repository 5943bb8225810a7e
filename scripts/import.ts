import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { v4 as uuidV4 } from 'uuid';
import { ImportOptions } from '@/core/contract/imports';
import { counted } from '@/core/narrative/counted';
import { type ImportProgress, runImport } from '@/server/import/run-import';
import { OperatorError } from '@/server/operator-error';
import { openDatabase } from './database';
import { run } from './lifetime';

const HOW = `npm run import -- FILE [--format csv|json|xes|ocel] [--aggregate-type T] [--delimiter ;]
    [--case COLUMN --activity COLUMN --time COLUMN] [--lifecycle [--transition COLUMN]] [--order file|time]
    [--object-type T] [--tenant T]
FILE is CSV, JSON Lines, CloudEvents, XES or OCEL in JSON, plain or .gz.`;

run(async (life) => {
  const { file, options } = argumentsOf(process.argv.slice(2));
  const location = path.resolve(process.env.INIT_CWD ?? '.', file);
  const found = await stat(location).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OperatorError(
      code === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} cannot be read: ${code}.`,
      {
        cause: error,
      },
    );
  });
  if (!found.isFile()) throw new OperatorError(`${file} is not a file.`);
  const databaseUrl = await openDatabase(life, (line) => console.log(line));
  const bar = progressBar();
  const importing = runImport({
    id: uuidV4(),
    databaseUrl,
    file: path.basename(file),
    bytes: createReadStream(location),
    size: found.size,
    options,
    hand: { actor: 'npm run import', role: 'terminal', origin: 'console' },
    signal: life.signal,
    onProgress: bar.show,
  });
  // Ctrl-C: it clears up first.
  life.onEnd(() => importing.then(() => undefined));
  const report = await importing;
  bar.end();
  for (const { at, message } of report.bad.slice(0, 20)) console.error(`${file}: ${at}: ${message}`);
  if (report.badLines > 20) console.error(`… and ${counted(report.badLines - 20, 'more line')} left out`);
  if (report.state !== 'done') throw new OperatorError(report.message ?? 'The import did not end.');
  console.log(
    `${counted(report.written, 'event')} of ${counted(report.cases, 'case')} written` +
      (report.known > 0 ? `, ${counted(report.known, 'event')} known already` : '') +
      (report.badLines > 0 ? `, ${counted(report.badLines, 'line')} left out` : ''),
  );
  if (report.message !== null) console.log(report.message);
});

function argumentsOf(args: string[]): { file: string; options: ImportOptions } {
  const string = { type: 'string' } as const;
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        format: string,
        'aggregate-type': string,
        case: string,
        activity: string,
        time: string,
        transition: string,
        delimiter: string,
        lifecycle: { type: 'boolean' },
        order: string,
        'object-type': string,
        tenant: string,
      },
    });
  } catch (error) {
    throw new OperatorError(`${error instanceof Error ? error.message : String(error)}\n${HOW}`, { cause: error });
  }
  const { positionals, values } = parsed;
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new OperatorError(`Say which file:\n${HOW}`);
  const { 'aggregate-type': aggregateType, 'object-type': objectType, delimiter, lifecycle, ...rest } = values;
  const options = ImportOptions.safeParse({
    ...rest,
    aggregateType,
    objectType,
    delimiter: delimiter === '\\t' ? '\t' : delimiter,
    lifecycle: lifecycle === true ? '1' : '0',
  });
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new OperatorError(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}\n${HOW}`);
  }
  return { file, options: options.data };
}

/** One line that is written over in a terminal; a line per tenth elsewhere. */
function progressBar(): { show: (progress: ImportProgress) => void; end: () => void } {
  const isTerminal = process.stdout.isTTY;
  let shown = '';
  return {
    show: ({ phase, bytesRead, bytesTotal, events }) => {
      const share = bytesTotal === null || bytesTotal === 0 ? 1 : bytesRead / bytesTotal;
      const words = { reading: 'reading', numbering: 'giving ids and versions', writing: 'writing', ended: '' }[phase];
      const filled = Math.round(share * 30);
      const percent = `${String(Math.round(share * 100)).padStart(3)} %`;
      const line = `${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${percent}  ${counted(events, 'event')}, ${words}`;
      if (isTerminal) process.stdout.write(`\r${line}\u001b[K`);
      else if (`${phase} ${Math.floor(share * 10)}` !== shown) console.log(line);
      shown = `${phase} ${Math.floor(share * 10)}`;
    },
    end: () => {
      if (isTerminal) process.stdout.write('\r\u001b[K');
    },
  };
}
