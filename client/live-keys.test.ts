import { describe, expect, it } from 'vitest';
import { flowKey, streamKey } from '@/core/contract/live';
import { coalesce, keysOf, queryKeysOf } from './live-keys';

/** A coalescer whose reads and waits end only when the test says so, each read after `readMs`. */
function under(readMs = 10) {
  const batches: string[][] = [];
  const rests: number[] = [];
  const open: (() => void)[] = [];
  let clock = 0;
  const pause = () => new Promise<void>((resolve) => open.push(resolve));
  const news = coalesce(
    (keys) => {
      batches.push([...keys]);
      clock += readMs;
      return pause();
    },
    (ms) => {
      rests.push(ms);
      return pause();
    },
    () => clock,
  );
  const go = async () => {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, rests, news, go };
}

describe('live keys', () => {
  it('name the queries that they make stale', () => {
    expect(queryKeysOf('sagas')).toEqual([['sagas', 'list'], ['overview']]);
    expect(queryKeysOf('saga:7f3c')).toEqual([['saga', '7f3c']]);
    expect(queryKeysOf('saga:*')).toEqual([['saga']]);
    expect(queryKeysOf('events')).toEqual([['events', 'list']]);
    expect(queryKeysOf(flowKey('c 1/2'))).toEqual([['flow', 'c 1/2']]);
    expect(queryKeysOf(streamKey('', 'a/b'))).toEqual([['stream', '~', 'a/b']]);
    expect(queryKeysOf(streamKey('Order', 'x'.repeat(300)))).toEqual([['stream']]);
    expect(queryKeysOf('reset')).toBeNull();
    expect(queryKeysOf('something new')).toEqual([]);
  });

  it('are read from a message, and anything else is not one', () => {
    expect(keysOf('{"keys":["sagas","saga:1"]}')).toEqual(['sagas', 'saga:1']);
    expect(keysOf('{"keys":"sagas"}')).toBeNull();
    expect(keysOf('null')).toBeNull();
    expect(keysOf('<html>')).toBeNull();
  });
});

describe('coalescing', () => {
  it('hands the first keys on at once, and what comes while they are read as one batch', async () => {
    const { batches, news, go } = under();
    news.add(['sagas']);
    expect(batches).toEqual([['sagas']]);
    news.add(['saga:1', 'sagas']);
    news.add(['saga:1', 'saga:2']);
    expect(batches).toHaveLength(1);
    await go();
    expect(batches).toHaveLength(1);
    await go();
    expect(batches).toEqual([['sagas'], ['saga:1', 'sagas', 'saga:2']]);
  });

  it('loses no last change: a key that comes during its own read is read again', async () => {
    const { batches, news, go } = under();
    news.add(['sagas']);
    news.add(['sagas']);
    await go();
    await go();
    expect(batches).toEqual([['sagas'], ['sagas']]);
    await go();
    await go();
    expect(batches).toHaveLength(2);
  });

  it.each([
    [10, 10],
    [300, 300],
    [5_000, 2_000],
  ])('rests after a read of %i ms for %i ms: a slow server is asked less often', async (readMs, rest) => {
    const { rests, news, go } = under(readMs);
    news.add(['sagas']);
    await go();
    expect(rests).toEqual([rest]);
  });

  it('reads nothing while it is held, and all of it afterwards', () => {
    const { batches, news } = under();
    news.hold(true);
    news.add(['sagas']);
    news.add(['saga:1']);
    expect(batches).toEqual([]);
    news.hold(false);
    expect(batches).toEqual([['sagas', 'saga:1']]);
  });
});
