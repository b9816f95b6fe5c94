import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Node and Vite would each choose another build of graphql, and its classes would not know each other.
const graphql = fileURLToPath(import.meta.resolve('graphql'));

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tests/fixtures/**'],
    globalSetup: ['tests/support/globalSetup.ts'],
    // Limits are there to end what hangs: no result depends on how fast a machine is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // Most files wait for processes, databases and clocks, so two at once do not disturb each other on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
