import { isObject, type Json, type JsonObject } from './json';
import { type Change, childPath, compare, sameLeaf } from './leaves';

type OwnObject = Record<string, Json>;

const NOTHING: JsonObject = Object.freeze({});

/**
 * JSON Merge Patch (RFC 7396) as {@link mergePatch}, in place: what an event costs is the size of its payload, not of
 * the state. Both sides must belong to the caller (`parseJson`). Answers the new state and the leaves that changed.
 */
export function mergeInto(target: Json | undefined, patch: Json): { next: Json; changes: Change[] } {
  const changes: Change[] = [];
  if (isObject(target) && isObject(patch)) {
    mergeObjects(target as OwnObject, patch, '', changes);
    return { next: target, changes };
  }
  const next = withoutNulls(patch);
  compare(target, next, '', changes);
  return { next, changes: changes.map(keepLeaf) };
}

function mergeObjects(target: OwnObject, patch: JsonObject, path: string, changes: Change[]): void {
  const wasEmpty = isEmpty(target);
  for (const key of Object.keys(patch)) {
    const part = patch[key] as Json;
    const known = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(part) && isObject(known)) {
      mergeObjects(known as OwnObject, part, childPath(path, key), changes);
    } else if (part === null) {
      if (known === undefined) continue;
      delete target[key];
      note(known, undefined, childPath(path, key), changes);
    } else if (known !== part) {
      if (known !== undefined && isScalar(known) && isScalar(part) && sameLeaf(known, part)) continue;
      const next = withoutNulls(part);
      put(target, key, next);
      note(known, next, childPath(path, key), changes);
    }
  }
  // An empty object is a leaf itself: it goes with its first part, and is there again with its last one gone.
  const isNowEmpty = isEmpty(target);
  if (wasEmpty && !isNowEmpty) changes.push({ path, before: NOTHING, after: undefined });
  if (!wasEmpty && isNowEmpty) changes.push({ path, before: undefined, after: NOTHING });
}

function note(before: Json | undefined, after: Json | undefined, path: string, changes: Change[]): void {
  if (isScalar(before) && isScalar(after)) {
    changes.push({ path, before, after });
    return;
  }
  const from = changes.length;
  compare(before, after, path, changes);
  for (let place = from; place < changes.length; place += 1) changes[place] = keepLeaf(changes[place] as Change);
}

/** An empty object of the state may be filled by a later event; what is told of this one must not change with it. */
const keepLeaf = ({ path, before, after }: Change): Change => ({ path, before: still(before), after: still(after) });
const still = (leaf: Json | undefined): Json | undefined => (isObject(leaf) ? NOTHING : leaf);

const isScalar = (value: Json | undefined): boolean =>
  value === undefined || !(isObject(value) || Array.isArray(value));

function isEmpty(value: JsonObject): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

/** What a patch makes of nothing: objects lose their nulls, an array stays as it is. */
function withoutNulls(patch: Json): Json {
  if (!isObject(patch)) return patch;
  const made: OwnObject = {};
  for (const key of Object.keys(patch)) {
    const part = patch[key] as Json;
    if (part !== null) put(made, key, withoutNulls(part));
  }
  return made;
}

/** Assigning `__proto__` would set another thing than a key. */
function put(target: OwnObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}
