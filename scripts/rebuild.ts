import { rebuild } from '@/worker/rebuild';
import { openDatabase } from './database';
import { run } from './lifetime';
import { progress } from './progress';

run(async (life) => {
  const say = progress();
  await rebuild({ databaseUrl: await openDatabase(life, say), log: say });
  say('rebuilt');
});
