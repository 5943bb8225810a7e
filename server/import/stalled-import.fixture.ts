// For a test: a process that reads forever, until it is killed. Arguments: address of the database, id of the import.
import { ImportOptions } from '@/core/contract/imports';
import { runImport } from './run-import';

const [databaseUrl = '', id = ''] = process.argv.slice(2);

async function* stalled(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('case,activity,time\n');
  yield Buffer.from('c,a,2026-01-01\n'.repeat(10_000));
  // Keeps the process alive.
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

await runImport({
  id,
  databaseUrl,
  file: 'stalled.csv',
  bytes: stalled(),
  size: null,
  options: ImportOptions.parse({ aggregateType: 'stalled' }),
  hand: { actor: 'a test', role: 'admin', origin: 'a test' },
});
