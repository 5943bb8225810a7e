import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from } from 'pg-copy-streams';
import { z } from 'zod';
import { spawnNode } from '@/scripts/child';
import type { Lifetime } from '@/scripts/lifetime';
import { newDatabase } from './bed';
import { type Table, timed } from './table';

const SIZES = (process.env.BENCH_EVENTS ?? '10000,100000,1000000').split(',').map(Number);
/** JSON Lines beside a CSV of the same events: another reader, the same writing. */
const FILES = SIZES.flatMap((size) => (['csv', 'jsonl'] as const).map((format) => ({ size, format }))).filter(
  ({ size, format }) => format === 'csv' || size <= 100_000,
);
const EVENTS_OF_CASE = 10;
const Measured = z.object({ seconds: z.number(), peakMb: z.number(), startMb: z.number(), written: z.number() });

/** How fast a log becomes events, and in how much memory, beside COPY of the same events into the same table. */
export async function importing(life: Lifetime): Promise<Table> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sagascope-bench-'));
  life.onEnd(() => rm(folder, { recursive: true, force: true }));
  const rows: string[][] = [];
  for (const { size, format } of FILES) {
    const databaseUrl = await newDatabase(life);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    // The same indexes, and nothing that an import does beside writing.
    await client.query('CREATE TABLE anchor (LIKE event_store INCLUDING ALL)');
    const anchor = await timed(() => copyEvents(client, size));
    await client.end();
    const file = path.join(folder, `${size}.${format}`);
    await writeLog(file, size, format);
    const { seconds, peakMb, startMb } = await importInChild(life, databaseUrl, file);
    const { size: bytes } = await stat(file);
    const rate = size / seconds;
    rows.push([
      `${size.toLocaleString('en')} ${format}`,
      `${(bytes / 1e6).toFixed(0)} MB`,
      (size / (anchor / 1_000)).toFixed(0),
      rate.toFixed(0),
      `${(rate / (size / (anchor / 1_000))).toFixed(2)}x`,
      `${startMb.toFixed(0)} MB`,
      `${peakMb.toFixed(0)} MB`,
    ]);
  }
  return {
    title: 'import: a log of events, from the first byte to the commit',
    head: ['events', 'file', 'anchor: COPY/s', 'import/s', 'to anchor', 'memory before', 'memory at most'],
    rows,
    note: 'Each in a database and a process of its own; memory is that process’s resident set over the whole run, writing included, its heap limited to 64 MB. The anchor COPYs the same events into a table with the same indexes.',
  };
}

async function importInChild(life: Lifetime, databaseUrl: string, file: string): Promise<z.infer<typeof Measured>> {
  const lines: string[] = [];
  // A small heap: what is garbage and merely not collected yet would look like memory that is needed.
  const heap = ['--max-old-space-size=64', '--max-semi-space-size=4'];
  const args = [...heap, '--import', 'tsx', 'bench/import-child.ts', databaseUrl, file];
  const { exited } = spawnNode(life, args, { line: (text) => lines.push(text) });
  const how = await exited;
  const answer = lines.find((line) => line.startsWith('{'));
  if (answer === undefined) throw new Error(`The import ended with ${how}: ${lines.join('\n')}`);
  return Measured.parse(JSON.parse(answer));
}

const time = (n: number): string => new Date(1_767_225_600_000 + n * 1_000).toISOString();
const caseOf = (n: number, size: number): number => (n * 7_919) % (size / EVENTS_OF_CASE);
const fieldsOf = (n: number, size: number): string[] => [
  `case-${caseOf(n, size)}`,
  `activity ${n % 13}`,
  time(n),
  `person ${n % 97}`,
  `${n % 1_000}.50`,
];

function payloadOf(n: number, size: number): object {
  const [caseId, activity, timestamp, resource, cost] = fieldsOf(n, size);
  return { case: caseId, activity, timestamp, resource, cost };
}

function* inPieces(size: number, line: (n: number) => string): Generator<string> {
  for (let n = 0; n < size;) {
    let piece = '';
    for (const end = Math.min(size, n + 500); n < end; n += 1) piece += line(n);
    yield piece;
  }
}

async function writeLog(file: string, size: number, format: 'csv' | 'jsonl'): Promise<void> {
  const handle = await open(file, 'w');
  const lines = inPieces(size, (n) =>
    format === 'csv' ? `${fieldsOf(n, size).join(',')}\n` : `${JSON.stringify(payloadOf(n, size))}\n`,
  );
  if (format === 'csv') await handle.write('case,activity,timestamp,resource,cost\n');
  await pipeline(Readable.from(lines), handle.createWriteStream());
}

async function copyEvents(client: Client, size: number): Promise<void> {
  const versions = new Uint32Array(size / EVENTS_OF_CASE);
  const target = `COPY anchor (aggregate_type, aggregate_id, version, event_type, payload, metadata, occurred_at) FROM STDIN`;
  const lines = inPieces(size, (n) => {
    const [caseId, activity, at] = fieldsOf(n, size);
    const slot = caseOf(n, size);
    versions[slot] = (versions[slot] ?? 0) + 1;
    return `log\t${caseId}\t${versions[slot]}\t${activity}\t${JSON.stringify(payloadOf(n, size))}\t{"imported_from": "log.csv"}\t${at}\n`;
  });
  await pipeline(Readable.from(lines), client.query(from(target)));
}
