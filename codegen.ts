import type { CodegenConfig } from '@graphql-codegen/cli';

/** Makes the typed client from the printed schema and the client's operations; Node runs what it writes as it is. */
const config: CodegenConfig = {
  schema: './schema.graphql',
  documents: './client/operations/*.graphql',
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
