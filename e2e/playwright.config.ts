import { defineConfig, devices } from '@playwright/test';
import { installedBrowser } from '@/scripts/browser';
import { stateOf } from './people';

const root = process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/browser',
  globalSetup: './server.ts',
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  workers: 2,
  // Shared machines are slow at times; what is awaited is awaited longer, and nothing is timed.
  timeout: 120_000,
  expect: { timeout: 25_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    channel: undefined,
    baseURL: process.env.SAGASCOPE_E2E_URL,
    // Who may do everything, unless a test says who it is.
    storageState: stateOf('admin'),
    // Each worker comes from an address of its own: they do not use up each other's tries to sign in.
    extraHTTPHeaders: { 'x-forwarded-for': `198.18.0.${process.pid % 256}` },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.SAGASCOPE_BROWSER ?? installedBrowser(),
      args: [
        ...(root ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
  projects: [
    { name: 'journeys', testIgnore: '**/*.outage.spec.ts' },
    // Stops the database under everybody: when all others are done.
    { name: 'outage', testMatch: '**/*.outage.spec.ts', dependencies: ['journeys'], fullyParallel: false },
  ],
});
