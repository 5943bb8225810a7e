/** The formats of event logs; `json` is lines of JSON objects or one array of them, CloudEvents included. */
export const LOG_FORMATS = ['csv', 'json', 'xes', 'ocel'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

const OCEL_KEY = /"(ocel:(global-log|events|objects|version|global-event|global-object)|objectTypes|eventTypes)"\s*:/;

/** The format of a log by how its text begins. */
export function formatOf(head: string): LogFormat {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (text.startsWith('<')) return 'xes';
  if (text.startsWith('[')) return 'json';
  if (!text.startsWith('{')) return 'csv';
  return OCEL_KEY.test(text) || /^\{\s*"(events|objects)"\s*:\s*[[{]/.test(text) ? 'ocel' : 'json';
}

const ENDINGS: readonly (readonly [RegExp, LogFormat])[] = [
  [/\.(csv|tsv|txt)$/i, 'csv'],
  [/\.(jsonl|ndjson|json)$/i, 'json'],
  [/\.(xes|xml)$/i, 'xes'],
  [/\.(jsonocel|ocel)$/i, 'ocel'],
];

/** The format that the name of a file promises; null where it promises none. */
export function promisedFormat(file: string): LogFormat | null {
  const name = file.replace(/\.gz$/i, '');
  return ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? null;
}

/** A format as people name it. */
export const FORMAT_NAMES = {
  csv: 'CSV',
  json: 'JSON Lines or CloudEvents',
  xes: 'XES',
  ocel: 'OCEL in JSON',
} as const satisfies Record<LogFormat, string>;
