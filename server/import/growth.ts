import { type Imported, ImportFailure } from './row';

/** Of wide tables that are nearly empty, and of events of many objects, logs grow up to 30 times. */
const RATIO = 50;
const FREE_CHARACTERS = 64 * 1024 * 1024;

/**
 * Bounds what a file becomes: names of columns, attributes of traces and events of many objects are stored once for each
 * event, and a small file could fill a disk.
 * @throws ImportFailure, from its `items`, as soon as they are out of proportion to the text that was read for them
 */
export function bounded(text: AsyncIterable<string>): {
  text: AsyncIterable<string>;
  bound: (items: AsyncIterable<Imported>) => AsyncIterable<Imported>;
} {
  let read = 0;
  let grown = 0;
  return {
    text: (async function* () {
      for await (const part of text) {
        read += part.length;
        yield part;
      }
    })(),
    bound: async function* (items) {
      for await (const item of items) {
        if (item.kind === 'event') grown += item.payload.length + (item.metadata?.length ?? 0);
        if (grown > FREE_CHARACTERS && grown > RATIO * read) {
          throw new ImportFailure(
            `The events of the file take more than ${RATIO} times its size, since each repeats what many share: it is refused as a bomb. Nothing was written.`,
          );
        }
        yield item;
      }
    },
  };
}
