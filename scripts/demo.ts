import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { OperatorError } from '@/server/operator-error';
import { spawnNode } from './child';
import { type RunningConsole, startConsole, untilHealthy } from './console';
import { run, untilEnd } from './lifetime';
import { progress } from './progress';

run(async (life) => {
  const say = progress();
  // The console signs its calls to the shop: both read the secret from the environment.
  process.env.SHOP_SIGNING_SECRET ??= randomBytes(32).toString('hex');
  const events = new EventEmitter();
  const ready = once(events, 'ready', { signal: life.signal });
  const died = once(events, 'died', { signal: life.signal }).then(([how]) => {
    throw new OperatorError(`The shop has ended (${String(how)}): its last lines are above.`);
  });
  // At Ctrl-C nobody may be waiting for them yet.
  for (const promise of [ready, died]) promise.catch(() => undefined);
  // The shop writes its history while the pages are built.
  const openShop = ({ address, databaseUrl }: RunningConsole) => {
    const { exited } = spawnNode(life, ['--import', 'tsx', 'demo/main.ts', ...process.argv.slice(2)], {
      env: { DATABASE_URL: databaseUrl, CONSOLE_URL: address, SHOP_PORT_BASE: process.env.SHOP_PORT_BASE ?? '4100' },
      line: (text) => {
        say(`shop: ${text}`);
        if (text.startsWith('shop ready')) events.emit('ready');
      },
    });
    void exited.then((how) => events.emit('died', how));
  };
  const starting = startConsole(life, say, openShop);
  const running = await Promise.race([starting, died]);
  await Promise.race([Promise.all([ready, untilHealthy(life, running)]), died]);
  const { address, databaseUrl } = running;
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
