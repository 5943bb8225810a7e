import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { request } from '@playwright/test';
import { Client } from 'pg';
import { ROLES, type Role } from '@/core/people/roles';
import { insertPerson, setPassword } from '@/server/auth/person-store';
import { pgQuery } from '@/server/db/query';

const FOLDER = path.join(import.meta.dirname, '..', 'test-results', 'people');

/** Of everybody in the databases of a browser run, and nowhere else. */
export const PASSWORD = 'a password of the journeys';

/** The person of the journeys with one role, everywhere. */
export const personOf = (role: Role) => ({ email: `${role}@test.example`, name: `Test ${role}`, password: PASSWORD });

/** Where the signed-in state of a role lies; `admin` is signed in at the empty console too. */
export const stateOf = (role: Role): string => path.join(FOLDER, `${role}.json`);

/** A browser in which nobody has signed in. */
export const NOBODY = { cookies: [], origins: [] };

/** Writes a person of each role into a migrated database. */
export async function writePeople(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const role of ROLES) await writePerson(client, { ...personOf(role), role });
  } finally {
    await client.end();
  }
}

/** A person with one role everywhere and, where given, a password; answers their id. */
export async function writePerson(
  client: Client,
  { email, name, role, password }: { email: string; name: string; role: Role; password?: string },
): Promise<string> {
  const query = pgQuery(client);
  const id = await insertPerson(query, { email, name, grants: [{ role, tenants: null, sagaTypes: null }] });
  if (password !== undefined) await setPassword(query, id, password);
  return id;
}

/** Signs a person of each role in at the console, and the administrator at the empty one, and keeps their cookies. */
export async function signInPeople(console: string, emptyConsole: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const role of ROLES) {
    const cookies = await cookiesOf(console, role);
    if (role === 'admin') cookies.push(...(await cookiesOf(emptyConsole, role)));
    await writeFile(stateOf(role), JSON.stringify({ cookies, origins: [] }));
  }
}

async function cookiesOf(origin: string, role: Role) {
  const context = await request.newContext({ baseURL: origin });
  try {
    const { email, password } = personOf(role);
    const response = await context.post('/api/auth/sign-in/email', { data: { email, password } });
    if (!response.ok()) throw new Error(`${email} cannot sign in at ${origin}: ${await response.text()}`);
    return (await context.storageState()).cookies;
  } finally {
    await context.dispose();
  }
}
