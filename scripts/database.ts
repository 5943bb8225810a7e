import { existsSync } from 'node:fs';
import path from 'node:path';
import { config } from '@/server/config';
import { ROOT } from './child';
import { embeddedInUse, startEmbedded } from './embedded-db';
import type { Lifetime } from './lifetime';
import { migrate } from './migrate';

/** The migrated database of a command that needs no pages: the given one, else the embedded one, a running console's included. */
export async function openDatabase(life: Lifetime, say: (line: string) => void): Promise<string> {
  if (existsSync(path.join(ROOT, '.env'))) process.loadEnvFile(path.join(ROOT, '.env'));
  let url = config().databaseUrl;
  const folder = path.join(ROOT, '.sagascope');
  url ??= await embeddedInUse(folder);
  if (url === undefined) {
    const database = await startEmbedded(folder, say);
    life.onEnd(() => database.stop());
    url = database.url;
  }
  await migrate(url);
  return url;
}
