import { primary } from './prisma';
import { testDatabase, type TestDatabase } from './test-database';

/** A fresh {@link testDatabase} that use cases serve: DATABASE_URL names it, and `drop` ends their pool first. */
export async function servedDatabase(): Promise<TestDatabase> {
  const db = await testDatabase();
  process.env.DATABASE_URL = db.url;
  return {
    ...db,
    drop: async () => {
      await primary().$disconnect();
      await db.drop();
    },
  };
}
