import { findBrowser } from './browser';
import { ensureBuilt } from './build';
import { CHECKS } from './checks';
import { type Lifetime, run } from './lifetime';
import { inWords, playwright, runStages, type Stage, vitest } from './tally';

const build: Stage = {
  name: 'build',
  run: async (life: Lifetime) => {
    try {
      await ensureBuilt(life, () => undefined);
      return { tally: { passed: 1, failed: 0, skipped: 0 }, output: '' };
    } catch (error) {
      return {
        tally: { passed: 0, failed: 1, skipped: 0 },
        output: error instanceof Error ? error.message : String(error),
      };
    }
  },
};

run(async (life) => {
  const browser = await findBrowser(console.log);
  const fast = await runStages(life, CHECKS, 2);
  const slow = await runStages(life, [vitest('db'), build, playwright({ SAGASCOPE_BROWSER: browser })]);
  if (life.signal.aborted) return;
  const failed = fast.failed + slow.failed;
  console.log(inWords({ passed: fast.passed + slow.passed, failed, skipped: fast.skipped + slow.skipped }));
  await life.end(failed > 0 ? 1 : 0);
});
