import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Pool } from 'pg';
import { OperatorError } from '@/server/operator-error';
import { run } from './lifetime';
import { ParticipantLog } from './participant/log';
import { type Finding, ParticipantCheck } from './participant/obligations';

const HOW =
  'npm run participant:check -- URL --step NAME [--secret-env VARIABLE] [--database postgres://…] [--context FILE]';

run(async () => {
  const { values, positionals } = arguments_();
  const [url] = positionals;
  const { step, database } = values;
  if (url === undefined || step === undefined || !/^https?:\/\/./.test(url)) throw new OperatorError(HOW);
  const name = values['secret-env'];
  const secret = name === undefined ? null : process.env[name];
  if (secret === undefined || secret === '') throw new OperatorError(`The variable ${name} is not set.`);
  const context = values.context === undefined ? null : await textOf(values.context);
  const pool = database === undefined ? null : new Pool({ connectionString: database, max: 2 });
  try {
    const log = pool && new ParticipantLog(pool);
    const check = new ParticipantCheck({ url, stepName: step, secret, context, log });
    const findings = await check.run().catch((error: unknown) => {
      throw new OperatorError(`The check could not go on: ${reason(error)}.`, { cause: error });
    });
    for (const finding of findings) console.log(line(finding));
    const broken = findings.filter(({ verdict }) => verdict === 'breaks').length;
    const open = findings.filter(({ verdict }) => verdict === 'not tried').length;
    if (broken > 0) throw new OperatorError(`${url} breaks ${broken} of ${findings.length} checks of ${step}.`);
    console.log(
      `${url} keeps ${findings.length - open} checks of ${step}${open > 0 ? `; ${open} were not tried` : ''}.`,
    );
  } finally {
    await pool?.end();
  }
});

function arguments_() {
  const options = {
    step: { type: 'string' },
    'secret-env': { type: 'string' },
    database: { type: 'string' },
    context: { type: 'string' },
  } as const;
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    throw new OperatorError(`${reason(error)} Use: ${HOW}`, { cause: error });
  }
}

const line = ({ verdict, obligation, what, saw }: Finding): string =>
  `${verdict.padEnd(9)}  ${obligation === 'signature' ? obligation.padEnd(9) : `(${obligation})      `}  ${what} (${saw})`;

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(path.resolve(process.env.INIT_CWD ?? '.', file), 'utf8');
  } catch (error) {
    throw new OperatorError(`The file ${file} cannot be read: ${reason(error)}.`, { cause: error });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
