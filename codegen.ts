import type { CodegenConfig } from '@graphql-codegen/cli';
import { taskStatuses, taskStatusFacts } from './contract/words/taskStatus.ts';

/** What a run counts, from the list of statuses, so that a new one is read as well. */
const countFields = `fragment CountFields on TaskCounts {
  ${taskStatuses.map((status) => taskStatusFacts[status].count).join('\n  ')}
  total
}`;

/** How the scalars and enums of the schema stand in TypeScript. */
const types = {
  useTypeImports: true,
  enumType: 'string-literal',
  scalars: {
    ID: 'string',
    DateTime: 'string',
    JSON: { input: 'unknown', output: 'unknown' },
    SafeInt: 'number',
  },
  importExtension: '.ts',
};

/**
 * Makes the typed client from the printed schema and the client's operations, and what the page asks from its own: there
 * documents are strings, so that no parser comes along. Node and Vite take what it writes as it is.
 */
const config: CodegenConfig = {
  schema: './schema.graphql',
  generates: {
    './client/generated/': {
      documents: ['./client/operations/*.graphql', countFields],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: types,
    },
    './web/generated/': {
      documents: ['./web/*/*.graphql', countFields],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { ...types, documentMode: 'string' },
    },
  },
};

export default config;
