import { tableText, type Table } from '@/bench/table';
import { OperatorError } from '@/server/operator-error';
import { type Lifetime, run } from './lifetime';

type Bench = (life: Lifetime) => Promise<Table>;

// Loaded when asked for: a benchmark of the fold needs no database.
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  intervention: async () => (await import('@/bench/intervention')).intervention,
  live: async () => (await import('@/bench/live')).live,
  shown: async () => (await import('@/bench/shown')).shown,
  search: async () => (await import('@/bench/search')).searching,
  export: async () => (await import('@/bench/export')).exporting,
  stream: async () => (await import('@/bench/stream')).streams,
  flow: async () => (await import('@/bench/flow')).flows,
  events: async () => (await import('@/bench/event-follower')).eventFollower,
  follower: async () => (await import('@/bench/follower')).follower,
  import: async () => (await import('@/bench/import')).importing,
  fold: async () => (await import('@/bench/fold')).foldRows,
};

run(async (life) => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in BENCHES));
  if (unknown !== undefined)
    throw new OperatorError(`There is no benchmark ${unknown}: it is one of ${Object.keys(BENCHES).join(', ')}.`);
  for (const [name, load] of Object.entries(BENCHES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const bench = await load();
    console.log(`\n${tableText(await bench(life))}`);
  }
});
