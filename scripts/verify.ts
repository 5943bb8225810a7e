import { OperatorError } from '@/server/operator-error';
import { verify } from '@/worker/verify';
import { openDatabase } from './database';
import { run } from './lifetime';
import { progress } from './progress';

run(async (life) => {
  const say = progress();
  const { differences } = await verify({ databaseUrl: await openDatabase(life, say), log: say });
  if (differences.length === 0)
    return say('the read models say what the logs say, and every intervention what its journal says');
  for (const difference of differences) console.error(difference);
  throw new OperatorError(
    `${differences.length} difference${differences.length === 1 ? '' : 's'}: npm run rebuild makes the read models again from the logs. Where the journal or an intervention differs, somebody changed it by hand.`,
  );
});
