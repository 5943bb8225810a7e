import { program, type Stage, vitest } from './tally';

/** The fast half of the tests: no database, no build. Longest first, so that two at a time end together. */
export const CHECKS: readonly Stage[] = [
  vitest('unit'),
  program('types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']),
  program('dead code', ['node_modules/knip/bin/knip.js', '--no-progress']),
  program('lint', ['node_modules/oxlint/bin/oxlint']),
  program('format', ['node_modules/oxfmt/bin/oxfmt', '--check']),
];
