import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { guarded } from '@/core/import/formula';

/** How many rows an export has, of the set as it was when it began; a client shows its progress by it. */
const TOTAL_HEADER = 'X-Total-Count';

export interface Export {
  /** Without its ending. */
  name: string;
  format: 'csv' | 'jsonl';
  /** Head of the table; the rows of the batches have these columns. */
  columns: readonly string[];
  total: number;
  /** JSON Lines: lines as they go out. CSV: JSON text of an array of rows, fields in the order of the columns. */
  batches: AsyncIterator<string>;
}

const Rows = z.array(z.array(z.string().nullable()));

const TYPES = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/jsonl; charset=utf-8' } as const;

/**
 * A download that is written while it is read: as much of it is in memory as the client has not taken yet, one batch.
 * A failure in the middle breaks the connection, so that no part of a file is taken for the whole.
 */
export function exportResponse({ name, format, columns, total, batches }: Export, requestId: string): Response {
  const encoder = new TextEncoder();
  const lines = (batch: string): string => (format === 'jsonl' ? `${batch}\n` : csv(Rows.parse(JSON.parse(batch))));
  let begun = false;
  let left = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          if (!begun && format === 'csv') controller.enqueue(encoder.encode(csv([columns])));
          begun = true;
          const { value, done } = await batches.next();
          // Whoever has left takes no batch that was on its way.
          if (left) return;
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(lines(value)));
        } catch (error) {
          console.error(JSON.stringify({ level: 'error', reference: requestId, export: name, error: String(error) }));
          controller.error(error);
        }
      },
      cancel: async () => {
        left = true;
        await batches.return?.();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(stream, {
    headers: {
      'Content-Type': TYPES[format],
      'Content-Disposition': `attachment; filename="${name}.${format}"`,
      'Cache-Control': 'no-store, no-transform',
      'X-Content-Type-Options': 'nosniff',
      'X-Reference': requestId,
      [TOTAL_HEADER]: String(total),
    },
  });
}

// Not the guard of csv-stringify: a value that has such a quote already could not be told from one that was given it.
const csv = (rows: readonly (readonly (string | null)[])[]): string =>
  stringify(
    rows.map((row) => row.map((value) => (value === null ? null : guarded(value)))),
    { record_delimiter: 'windows' },
  );
