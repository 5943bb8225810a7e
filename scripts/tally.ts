import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ROOT, spawnNode } from './child';
import type { Lifetime } from './lifetime';

/** How many tests ended how. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** One part of the test run. */
export interface Stage {
  name: string;
  run(life: Lifetime): Promise<{ tally: Tally; output: string }>;
}

const REPORTS = path.join(ROOT, 'test-results', 'reports');

/** A program whose exit code is the whole answer: one test. */
export function program(name: string, args: readonly string[]): Stage {
  return {
    name,
    run: async (life) => {
      const { ok, output } = await runProgram(life, args);
      return { tally: { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }, output };
    },
  };
}

const VitestReport = z.object({
  numPassedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/** One project of vitest.config.ts. A file that cannot be loaded counts as a failed test. */
export function vitest(project: 'unit' | 'db'): Stage {
  return {
    name: `${project} tests`,
    run: async (life) => {
      const file = await freshReport(`${project}.json`);
      const args = [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project',
        project,
        '--passWithNoTests',
        '--reporter=default',
      ];
      const { ok, output } = await runProgram(life, [...args, '--reporter=json', `--outputFile.json=${file}`]);
      const report = await readReport(file, VitestReport);
      if (report === undefined) return { tally: { passed: 0, failed: 1, skipped: 0 }, output };
      const failed = report.testResults
        .filter(({ status }) => status === 'failed')
        .reduce(
          (sum, { assertionResults }) =>
            sum + Math.max(1, assertionResults.filter(({ status }) => status === 'failed').length),
          0,
        );
      return {
        // An error outside every test fails the run too.
        tally: {
          passed: report.numPassedTests,
          failed: ok ? failed : Math.max(failed, 1),
          skipped: report.numPendingTests + report.numTodoTests,
        },
        output,
      };
    },
  };
}

const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** The browser journeys of e2e/. */
export function playwright(env: Readonly<Record<string, string>>): Stage {
  return {
    name: 'browser tests',
    run: async (life) => {
      const file = await freshReport('browser.json');
      const args = [
        'node_modules/@playwright/test/cli.js',
        'test',
        '--config',
        'e2e/playwright.config.ts',
        '--reporter=list,json',
      ];
      const { ok, output } = await runProgram(life, args, { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file });
      const stats = (await readReport(file, PlaywrightReport))?.stats;
      if (stats === undefined) return { tally: { passed: 0, failed: 1, skipped: 0 }, output };
      return {
        tally: {
          passed: stats.expected,
          failed: stats.unexpected + stats.flaky + (ok || stats.unexpected + stats.flaky > 0 ? 0 : 1),
          skipped: stats.skipped,
        },
        output,
      };
    },
  };
}

/** Runs stages, at most `atOnce` at a time, prints a line for each and everything of those that failed. */
export async function runStages(life: Lifetime, stages: readonly Stage[], atOnce = 1): Promise<Tally> {
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...stages];
  const worker = async () => {
    for (let stage = waiting.shift(); stage !== undefined && !life.signal.aborted; stage = waiting.shift()) {
      const begun = Date.now();
      const { tally, output } = await stage.run(life);
      if (life.signal.aborted) return;
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += tally[key];
      if (tally.failed > 0) console.log(`\n${output.trimEnd()}\n`);
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      console.log(`${tally.failed > 0 ? '✗' : '✓'} ${stage.name}: ${inWords(tally)} (${seconds} s)`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return total;
}

/** The last line of a run. */
export function inWords({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function runProgram(
  life: Lifetime,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ ok: boolean; output: string }> {
  const lines: string[] = [];
  const { child, exited } = spawnNode(life, args, {
    env: { FORCE_COLOR: process.stdout.isTTY ? '1' : '0', ...env },
    line: (text) => lines.push(text),
  });
  const how = await exited;
  if (child.exitCode !== 0) lines.push(`${args[0]}: ${how}`);
  return { ok: child.exitCode === 0, output: lines.join('\n') };
}

async function freshReport(name: string): Promise<string> {
  await mkdir(REPORTS, { recursive: true });
  const file = path.join(REPORTS, name);
  await rm(file, { force: true });
  return file;
}

async function readReport<T>(file: string, shape: z.ZodType<T>): Promise<T | undefined> {
  return existsSync(file) ? shape.parse(JSON.parse(await readFile(file, 'utf8'))) : undefined;
}
