import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NamedReducer, StreamReducer } from '@/core/stream/reducer';

/** A reducer's file that is there and cannot be used. */
export interface UnusableReducer {
  file: string;
  /** One sentence: what is wrong. */
  error: string;
}

/** The reducer of a type, why it cannot be used, or null: there is none. `file` is its name for people. */
export type FoundReducer = (NamedReducer & { file: string }) | UnusableReducer | null;

const loaded = new Map<string, { id: string; found: FoundReducer }>();

/** Where reducers lie: SAGASCOPE_REDUCERS, else `reducers` of this checkout (the folder that every command runs in). */
const folderOf = (): string =>
  process.env.SAGASCOPE_REDUCERS ?? path.join(/* turbopackIgnore: true */ process.cwd(), 'reducers');

/**
 * The reducer of an aggregate type: `<AggregateType>.ts` in the folder of reducers (its name URL-encoded, where it has
 * other characters), whose default export is a StreamReducer. Its source is read at each call and loaded when it has changed: no
 * build and no restart. It is code that runs in this process, as trusted as the rest of the checkout.
 */
export async function findReducer(aggregateType: string): Promise<FoundReducer> {
  const folder = folderOf();
  const name = `${encodeURIComponent(aggregateType)}.ts`;
  // Asked for in the list: a file system that is blind to case must not find Order.ts for `order`.
  if (aggregateType === '' || !(await namesIn(folder)).includes(name)) return null;
  const file = path.join(/* turbopackIgnore: true */ folder, name);
  const id = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 32);
  const known = loaded.get(file);
  if (known?.id === id) return known.found;
  const found = await load(file, `reducers/${name}`, id);
  loaded.set(file, { id, found });
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}

async function load(file: string, name: string, id: string): Promise<FoundReducer> {
  try {
    // Loaded when first needed: most consoles have no reducer.
    const { tsImport } = await import('tsx/esm/api');
    const loadedModule: unknown = await tsImport(`${pathToFileURL(file).href}?${id}`, pathToFileURL(file).href);
    const reduce = defaultOf(loadedModule);
    if (isReducer(reduce)) return { id, reduce, file: name };
    return { file: name, error: 'It has no default export that is a function.' };
  } catch (error) {
    return { file: name, error: error instanceof Error ? error.message : String(error) };
  }
}

const isReducer = (value: unknown): value is StreamReducer => typeof value === 'function';

// A file that is loaded as CommonJS has its exports one level further down.
function defaultOf(value: unknown): unknown {
  const first: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'default') : undefined;
  return typeof first === 'object' && first !== null ? Reflect.get(first, 'default') : first;
}
