import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { hangLimitMs, waitLimitMs } from './tests/support/hangLimit.ts';

// Node and Vite would each choose another build of graphql, and its classes would not know each other.
const graphql = fileURLToPath(import.meta.resolve('graphql'));

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/fixtures/**'],
    globalSetup: ['tests/support/globalSetup.ts'],
    testTimeout: hangLimitMs,
    hookTimeout: hangLimitMs,
    expect: { poll: { timeout: waitLimitMs, interval: 30 } },
    pool: 'forks',
    // Most files wait for processes, databases and clocks, so two at once do not disturb each other on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
