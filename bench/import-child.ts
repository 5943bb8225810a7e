// One import in a process of its own, for its memory. Arguments: address of the database, file.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ImportOptions } from '@/core/contract/imports';
import { runImport } from '@/server/import/run-import';

const [databaseUrl = '', file = ''] = process.argv.slice(2);
const MB = 1_000_000;

const { size } = await stat(file);
const startMb = process.memoryUsage.rss() / MB;
const started = performance.now();
const report = await runImport({
  id: randomUUID(),
  databaseUrl,
  file,
  bytes: createReadStream(file),
  size,
  options: ImportOptions.parse({ aggregateType: 'log' }),
  hand: { actor: 'bench', role: 'terminal', origin: 'console' },
});
if (report.state !== 'done') throw new Error(report.message ?? 'not done');
const seconds = (performance.now() - started) / 1_000;
// ru_maxrss: kilobytes, the most there ever was.
const peakMb = (process.resourceUsage().maxRSS * 1_024) / MB;
console.log(JSON.stringify({ seconds, peakMb, startMb, written: report.written }));
