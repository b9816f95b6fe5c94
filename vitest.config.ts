import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { hangLimitMs, waitLimitMs } from './tests/support/hangLimit.ts';
import { v8Options } from './tests/support/v8Options.ts';

// Node and Vite would each choose another build of graphql, and its classes would not know each other.
const graphql = fileURLToPath(import.meta.resolve('graphql'));

const include = ['tests/**/*.test.ts'];
const exclude = ['**/node_modules/**', 'tests/fixtures/**'];
/** What must survive kills and outages: a project of its own (`--project faults`), which has a full form as well. */
const faults = 'tests/faults/**/*.test.ts';

const resolve = { alias: [{ find: /^graphql$/, replacement: graphql }] };
const shared = {
  testTimeout: hangLimitMs,
  hookTimeout: hangLimitMs,
  expect: { poll: { timeout: waitLimitMs, interval: 30 } },
  pool: 'forks' as const,
  execArgv: v8Options,
};

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { ...shared, name: 'tests', include, exclude: [...exclude, faults], isolate: false } },
      { resolve, test: { ...shared, name: 'faults', include: [faults], exclude } },
    ],
    // Here and not in the projects: one run brings its databases up once.
    globalSetup: ['tests/support/globalSetup.ts'],
    // Files wait for processes, databases and clocks for half of their time.
    maxWorkers: Math.min(8, availableParallelism() * 2),
  },
});
