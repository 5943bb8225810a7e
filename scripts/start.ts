import { type RunningConsole, startConsole, untilHealthy } from './console';
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
    if (running.setUp !== null) console.log(setUpWords(running.setUp));
  }
  await untilEnd(life);
});

function setUpWords({ address, expiresAt }: NonNullable<RunningConsole['setUp']>): string {
  return `
  Nobody can sign in yet. Make the first administrator here, once, until ${expiresAt.toISOString()}:

  ${address}
`;
}
