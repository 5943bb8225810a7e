import { EventEmitter, once } from 'node:events';
import { OperatorError } from '@/server/operator-error';
import { spawnNode } from './child';
import { startConsole, untilHealthy } from './console';
import { type Lifetime, run, untilEnd } from './lifetime';
import { progress } from './progress';

run(async (life) => {
  const say = progress();
  const running = await startConsole(life, say);
  const { address, databaseUrl } = running;
  const events = new EventEmitter();
  const ready = once(events, 'ready', { signal: life.signal });
  const { exited } = spawnNode(life, ['--import', 'tsx', 'demo/main.ts', ...process.argv.slice(2)], {
    env: { DATABASE_URL: databaseUrl, CONSOLE_URL: address, SHOP_PORT_BASE: process.env.SHOP_PORT_BASE ?? '4100' },
    line: (text) => {
      say(`shop: ${text}`);
      if (text.startsWith('shop ready')) events.emit('ready');
    },
  });
  const died = untilDead(life, exited);
  await Promise.race([Promise.all([ready, untilHealthy(life, running)]), died]);
  say('ready');
  console.log(`
  ${address}

  What to try first:
  1. Open the overview and take the first saga of the attention queue: its page says what failed and what is still owed.
  2. Leave a saga page open while it runs: its steps and its diagram change without a reload.
  3. Write a row as any service would, and see it on screen within a second:
     INSERT INTO saga_log (saga_id, step_name, status) VALUES (gen_random_uuid(), 'charge_card', 'PENDING');
     on ${databaseUrl}

  Ctrl-C stops everything; the next start finds its data.
`);
  await Promise.race([untilEnd(life), died]);
});

async function untilDead(life: Lifetime, exited: Promise<string>): Promise<void> {
  const how = await exited;
  if (!life.signal.aborted) throw new OperatorError(`The shop has ended (${how}): its last lines are above.`);
}
