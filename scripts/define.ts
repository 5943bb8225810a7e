import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PutDefinitionResult } from '@/core/contract/definitions';
import { Problem } from '@/core/contract/wire';
import { parseDefinition } from '@/core/definition/parse';
import { OperatorError } from '@/server/operator-error';
import { run } from './lifetime';

const HOW = 'npm run define -- FILE, where FILE is a saga definition in YAML or JSON';
const WHO =
  'Say who declares it: CONSOLE_EMAIL and CONSOLE_PASSWORD of somebody with the role engineer or admin, in the environment';

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
  const { CONSOLE_EMAIL: email, CONSOLE_PASSWORD: password } = process.env;
  if (!email || !password) throw new OperatorError(`${WHO}.`);
  const cookie = await signIn(base, { email, password });
  const response = await ask(base, `/api/v1/definitions/${encodeURIComponent(type)}`, {
    method: 'PUT',
    headers: { 'Content-Type': `application/${format}`, cookie },
    body: text,
  });
  await ask(base, '/api/auth/sign-out', { method: 'POST', headers: { ...JSON_BODY, cookie }, body: '{}' });
  const answer: unknown = await response.json();
  if (!response.ok) throw new OperatorError(z.object({ detail: Problem.shape.detail }).parse(answer).detail);
  const { version, changed } = PutDefinitionResult.parse(answer);
  console.log(
    changed
      ? `${type} is now at version ${version}.`
      : `${type} stays at version ${version}: the definition says the same.`,
  );
});

const JSON_BODY = { 'Content-Type': 'application/json' };

/** The cookies of a session that was begun with a password. */
async function signIn(base: string, account: { email: string; password: string }): Promise<string> {
  const response = await ask(base, '/api/auth/sign-in/email', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify(account),
  });
  if (!response.ok) {
    const { detail } = z.object({ detail: Problem.shape.detail }).parse(await response.json());
    throw new OperatorError(`${detail} ${WHO}.`);
  }
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

function ask(base: string, path: string, init: RequestInit): Promise<Response> {
  return fetch(new URL(path, base), init).catch((error: unknown) => {
    throw new OperatorError(
      `No console answers at ${base}: start it with npm start, or say where it is with CONSOLE_URL.`,
      { cause: error },
    );
  });
}
