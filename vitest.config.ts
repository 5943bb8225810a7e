import { defineConfig } from 'vitest/config';

const alias = { '@': import.meta.dirname };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          // A busy machine is no failure.
          testTimeout: 30_000,
          // Pure tests share nothing: one module graph for all of them halves their time.
          isolate: false,
          pool: 'threads',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: ['**/*.db.test.ts', 'node_modules/**', '.next/**', '.sagascope/**', 'e2e/**'],
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: ['node_modules/**', '.next/**', '.sagascope/**'],
          globalSetup: ['./scripts/test-database-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
