/** How many rows an export has, of the set as it was when it began; a client shows its progress by it. */
const TOTAL_HEADER = 'X-Total-Count';

export interface Export {
  /** Without its ending. */
  name: string;
  format: 'csv' | 'jsonl';
  /** Head of the table; the rows of the batches have these columns. */
  columns: readonly string[];
  total: number;
  /** Lines as they go out, each batch without its last line end; of CSV made by {@link csvRow}. */
  batches: AsyncIterator<string>;
}

const TYPES = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/jsonl; charset=utf-8' } as const;

/**
 * A download that is written while it is read: as much of it is in memory as the client has not taken yet, one batch.
 * A failure in the middle breaks the connection, so that no part of a file is taken for the whole.
 */
export function exportResponse({ name, format, columns, total, batches }: Export, requestId: string): Response {
  const encoder = new TextEncoder();
  const end = format === 'jsonl' ? '\n' : '\r\n';
  let begun = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          if (!begun && format === 'csv') controller.enqueue(encoder.encode(`${columns.join(',')}${end}`));
          begun = true;
          const { value, done } = await batches.next();
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value + end));
        } catch (error) {
          console.error(JSON.stringify({ level: 'error', reference: requestId, export: name, error: String(error) }));
          controller.error(error);
        }
      },
      cancel: async () => {
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

/** What stands between two lines of a batch, in SQL. */
export const EXPORT_LINE_END = { jsonl: String.raw`E'\n'`, csv: String.raw`E'\r\n'` } as const;

// As spreadsheets read the beginning of a value, full-width signs included.
const FORMULA = String.raw`'^[-=+@\t\r\uFF0B\uFF0D\uFF1D\uFF20]'`;
const NEEDS_QUOTES = String.raw`'[",\r\n]'`;

/**
 * SQL of a line of CSV (RFC 4180) from text fields, made where the rows are. A field that begins as a formula does would
 * run in a spreadsheet: it gets a quote in front. JSON Lines has it exact. Null is empty.
 */
export const csvRow = (fields: readonly string[]): string => `concat_ws(',', ${fields.map(csvField).join(', ')})`;

const csvField = (sql: string): string =>
  `(select case when v ~ ${NEEDS_QUOTES} then '"' || replace(v, '"', '""') || '"' else v end
     from (select case when f ~ ${FORMULA} then '''' || f else coalesce(f, '') end as v from (select ${sql} as f) x) y)`;
