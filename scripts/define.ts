import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PutDefinitionResult } from '@/core/contract/definitions';
import { Problem } from '@/core/contract/wire';
import { parseDefinition } from '@/core/definition/parse';
import { OperatorError } from '@/server/operator-error';
import { run } from './lifetime';

const HOW = 'npm run define -- FILE, where FILE is a saga definition in YAML or JSON';

run(async () => {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new OperatorError(`Say which definition: ${HOW}.`);
  const text = await readFile(path.resolve(process.env.INIT_CWD ?? '.', file), 'utf8').catch((error: unknown) => {
    throw new OperatorError(
      `The file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  });
  const format = file.endsWith('.json') ? 'json' : 'yaml';
  const parsed = parseDefinition(text, format);
  if (!parsed.ok)
    throw new OperatorError(parsed.issues.map((issue) => `${file}: ${issue.path}: ${issue.message}`).join('\n'));
  const type = parsed.body.saga;
  const base = process.env.CONSOLE_URL ?? `http://127.0.0.1:${process.env.PORT ?? '3000'}`;
  const response = await fetch(`${base}/api/v1/definitions/${encodeURIComponent(type)}`, {
    method: 'PUT',
    headers: { 'Content-Type': `application/${format}` },
    body: text,
  }).catch((error: unknown) => {
    throw new OperatorError(
      `No console answers at ${base}: start it with npm start, or say where it is with CONSOLE_URL.`,
      { cause: error },
    );
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new OperatorError(z.object({ detail: Problem.shape.detail }).parse(answer).detail);
  const { version, changed } = PutDefinitionResult.parse(answer);
  console.log(
    changed
      ? `${type} is now at version ${version}.`
      : `${type} stays at version ${version}: the definition says the same.`,
  );
});
