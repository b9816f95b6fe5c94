import type { CodegenConfig } from '@graphql-codegen/cli';
import { taskStatuses, taskStatusFacts } from './contract/words/taskStatus.ts';

/** What a run counts, from the list of statuses, so that a new one is read as well. */
const countFields = `fragment CountFields on TaskCounts {
  ${taskStatuses.map((status) => taskStatusFacts[status].count).join('\n  ')}
  total
}`;

/** Makes the typed client from the printed schema and the client's operations; Node runs what it writes as it is. */
const config: CodegenConfig = {
  schema: './schema.graphql',
  documents: ['./client/operations/*.graphql', countFields],
  generates: {
    './client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumType: 'string-literal',
        scalars: {
          ID: 'string',
          DateTime: 'string',
          JSON: { input: 'unknown', output: 'unknown' },
          SafeInt: 'number',
        },
        importExtension: '.ts',
      },
    },
  },
};

export default config;
