import { isLosslessNumber, parse } from 'lossless-json';
import type { SagaRow } from './row';

/** Who a saga is: of every column the first that is not null, in log order. Contract part 2. */
export interface Identity {
  sagaType: string | null;
  tenantId: string | null;
  correlationId: string | null;
  traceId: string | null;
  service: string | null;
  businessKey: string | null;
}

export const nobody = (): Identity => ({
  sagaType: null,
  tenantId: null,
  correlationId: null,
  traceId: null,
  service: null,
  businessKey: null,
});

/** Where a business key is looked for if no definition says. */
const USUAL_NAMES = ['order_id', 'orderId', 'business_key', 'businessKey'];

/** Names and indexes from the root of a JSON value. */
type Path = readonly (string | number)[];

/** Where a saga's business key may be, best first: the definition's `businessKey` (`$.a.b[0]`), else the usual names. */
export const businessKeyPaths = (declared: string | null): readonly Path[] =>
  declared === null ? USUAL_NAMES.map((name) => [name]) : [pathParts(declared)];

/** Takes what a row says of its saga; rows come in log order. */
export function identify(identity: Identity, row: SagaRow, paths: readonly Path[]): void {
  identity.sagaType ??= row.sagaType;
  identity.tenantId ??= row.tenantId;
  identity.correlationId ??= row.correlationId;
  identity.traceId ??= row.traceId;
  identity.service ??= row.service;
  if (row.context === null || identity.businessKey !== null) return;
  identity.businessKey = firstScalar(row.context, paths);
}

/**
 * The scalar at a path of a JSON text, as written: 9007199254740993 and 1.10 stay what they are.
 * Null where there is none, or where the text is not JSON (an adopted table may hold anything).
 */
export function scalarAt(json: string, path: string): string | null {
  return firstScalar(json, [pathParts(path)]);
}

function firstScalar(json: string, paths: readonly Path[]): string | null {
  if (!paths.some((path) => mayHold(json, path))) return null;
  const root = parseOrNull(json);
  for (const path of paths) {
    const found = scalarText(valueAt(root, path));
    if (found !== null) return found;
  }
  return null;
}

/** Most contexts of a long saga do not have the key: parsing them all would cost more than the fold. */
const mayHold = (json: string, path: Path): boolean =>
  path.every((part) => typeof part === 'number' || json.includes(`"${part}"`) || json.includes('\\u'));

const pathParts = (path: string): Path =>
  Array.from(path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]/gu), ([, name, index]) => name ?? Number(index));

function parseOrNull(json: string): unknown {
  try {
    return parse(json);
  } catch {
    // Not JSON, or nested deeper than the stack: it has no business key, and stays on screen as written.
    return null;
  }
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return null;
    if (Array.isArray(value) !== (typeof part === 'number') || !Object.hasOwn(value, part)) return null;
    value = Reflect.get(value, part);
  }
  return value;
}

function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return isLosslessNumber(value) ? value.toString() : null;
}
