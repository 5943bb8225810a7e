import { CHECKS } from './checks';
import { run } from './lifetime';
import { inWords, runStages } from './tally';

run(async (life) => {
  const tally = await runStages(life, CHECKS, 2);
  if (life.signal.aborted) return;
  console.log(inWords(tally));
  await life.end(tally.failed > 0 ? 1 : 0);
});
