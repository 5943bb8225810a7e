import { startConsole, untilHealthy } from './console';
import { run, untilEnd } from './lifetime';
import { progress } from './progress';

run(async (life) => {
  const say = progress();
  const running = await startConsole(life, say);
  if (process.env.SAGASCOPE_ROLE === 'worker') {
    say('the worker is running');
  } else {
    await untilHealthy(life, running);
    say(`ready: ${running.address}`);
  }
  await untilEnd(life);
});
