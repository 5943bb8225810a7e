import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { DEMO_PEOPLE, ensureDemoPeople, farther } from '@/server/account/demo-people';
import { config } from '@/server/config';
import { OperatorError } from '@/server/operator-error';
import { ROOT, spawnNode } from './child';
import { type RunningConsole, startConsole, untilHealthy } from './console';
import { run, untilEnd } from './lifetime';
import { keptPassword } from './demo-password';
import { progress } from './progress';

run(async (life) => {
  const say = progress();
  let password = '';
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
      env: {
        DATABASE_URL: databaseUrl,
        CONSOLE_URL: address,
        // It declares its sagas and services as an engineer would, and nothing more.
        CONSOLE_EMAIL: 'engineer@demo',
        CONSOLE_PASSWORD: password,
        SHOP_PORT_BASE: process.env.SHOP_PORT_BASE ?? '4100',
      },
      line: (text) => {
        say(`shop: ${text}`);
        if (text.startsWith('shop ready')) events.emit('ready');
      },
    });
    void exited.then((how) => events.emit('died', how));
  };
  const starting = startConsole(life, say, {
    people: async (query) => {
      const far = farther(config());
      if (far !== null) {
        throw new OperatorError(
          `The demo prints the password of its people: it runs for this machine alone, without ${far}.`,
        );
      }
      password = await keptPassword(path.join(ROOT, '.sagascope', 'demo-password'));
      await ensureDemoPeople(query, password);
    },
    begin: openShop,
  });
  const running = await Promise.race([starting, died]);
  await Promise.race([Promise.all([ready, untilHealthy(life, running)]), died]);
  const { address, databaseUrl } = running;
  say('ready');
  console.log(`
  ${address}

  Sign in as one of ${DEMO_PEOPLE.map(({ email }) => email).join(', ')}
  with the password ${password}

  What to try first:
  1. Sign in as operator@demo, open the overview and take the first saga of the attention queue: its page says what failed and what is still owed.
  2. Leave a saga page open while it runs: its steps and its diagram change without a reload.
  3. Write a row as any service would, and see it on screen within a second:
     INSERT INTO saga_log (saga_id, step_name, status) VALUES (gen_random_uuid(), 'charge_card', 'PENDING');
     on ${databaseUrl}

  Ctrl-C stops everything; the next start finds its data.
`);
  await Promise.race([untilEnd(life), died]);
});
