/** Somebody stopped the import. */
export class Cancelled extends Error {}

/** The next piece, unless the import is stopped before it comes. Not a race with one lasting promise: that keeps every piece. */
export function nextUnless<T>(signal: AbortSignal, source: AsyncIterator<T>): Promise<IteratorResult<T, unknown>> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Cancelled());
    signal.addEventListener('abort', stop, { once: true });
    source
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
