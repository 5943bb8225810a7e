import { POINTS } from '@/e2e/faults/points';
import { FaultTrial, STEPS } from '@/e2e/faults/rounds';
import { recordFaults, tableOf, verdict } from '@/e2e/faults/verdict';
import { OperatorError } from '@/server/operator-error';
import { run } from './lifetime';
import { migrate } from './migrate';
import { temporaryCluster } from './postgres/temporary';
import { progress } from './progress';

/** Each kills the worker once, with one intervention at every point; calls take turns. */
const KILLS = 12;
const RESTARTS = ['fast', 'crash', 'fast', 'crash'] as const;

run(async (life) => {
  const say = progress();
  const [kills = KILLS, restarts = RESTARTS.length] = process.argv.slice(2).map(Number);
  const database = await temporaryCluster();
  life.onEnd(() => database.drop());
  await migrate(database.databaseUrl);
  const faults = await FaultTrial.open(database.databaseUrl);
  life.onEnd(() => faults.close());
  for (let kill = 0; kill < kills; kill += 1) {
    await faults.killAt(POINTS.map((point, n) => ({ point, step: STEPS[(n + kill) % 2 === 0 ? 0 : 1] })));
    say(`worker killed and taken over ${kill + 1} of ${kills} times, ${faults.runs.length} runs`);
  }
  for (const [n, how] of RESTARTS.slice(0, restarts).entries()) {
    await faults.restartDuring(() => database.restart(how), { kill: n >= RESTARTS.length / 2 });
    say(`PostgreSQL ${how === 'crash' ? 'killed and started again' : 'restarted'}, ${faults.runs.length} runs`);
  }
  const lines = await verdict(faults);
  console.log(`\n${tableOf(lines)}\n`);
  const wrong = await recordFaults(faults);
  for (const line of wrong) console.error(line);
  if (faults.worker.deaths > 0) {
    wrong.push(`The worker ended by itself ${faults.worker.deaths} times`);
    console.error(faults.worker.lines.join('\n'));
  }
  const bad = lines.filter(({ lost, twice, runs, verified }) => lost + twice > 0 || verified < runs);
  if (bad.length > 0 || wrong.length > 0)
    throw new OperatorError(`Not proven: ${[...bad.map(({ point }) => point), ...wrong].join('; ')}.`);
  say('none lost, none twice; the journal is one chain, and read models and interventions say what the logs say');
});
