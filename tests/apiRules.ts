import { readFileSync } from 'node:fs';
import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { ESLint } from 'eslint';
import pino from 'pino';
import type { HttpApp } from '../server/http/app.ts';
import { createDocumentationApp } from '../server/rest/documentation.ts';
import { addRoutes, type RouteContext } from '../server/routes.ts';

const noNode = 'must implement `Node` interface.';
/**
 * Edges whose nodes are no `Node`: whoever may read nodes may not read keys and people, nor where others are signed in. A
 * worker is known only for as long as it is heard of.
 */
const noNodes = new Set([
  'type ApiKeyEdge {',
  'type PersonEdge {',
  'type PrincipalEdge {',
  'type SessionEdge {',
  'type WorkerEdge {',
]);

const faults = [...(await faultsOfSchema()), ...(await faultsOfOpenApi())];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

/** What Relay's clients and the plugin's own advice find wrong with `schema.graphql`. */
async function faultsOfSchema(): Promise<string[]> {
  const { configs, parser } = graphqlPlugin;
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.graphql'],
        languageOptions: { parser, parserOptions: { graphQLConfig: { schema: './schema.graphql' } } },
        plugins: { '@graphql-eslint': graphqlPlugin as never },
        rules: {
          ...configs['flat/schema-recommended'].rules,
          ...configs['flat/schema-relay'].rules,
          // A list that is short by its nature is no connection.
          '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
          // Only what can be read again by itself has an id.
          '@graphql-eslint/strict-id-in-types': 'off',
          '@graphql-eslint/no-typename-prefix': 'off',
        } as never,
      },
    ],
  });
  const results = await eslint.lintFiles(['schema.graphql']);
  const lines = readFileSync('schema.graphql', 'utf8').split('\n');
  return results.flatMap(({ messages }) =>
    messages
      .filter(({ line, message }) => !(message.endsWith(noNode) && noNodes.has(lines[line - 1] ?? '')))
      .map(({ line, ruleId, message }) => `schema.graphql:${line} ${message} (${ruleId})`),
  );
}

/** What the lint of Redocly finds wrong with `/openapi.json`. */
async function faultsOfOpenApi(): Promise<string[]> {
  const routes = (described: HttpApp) => addRoutes(described, {} as RouteContext);
  const app = await createDocumentationApp(routes, pino({ level: 'silent' }));
  const source = JSON.stringify(app.swagger(), null, 2);
  await app.close();
  const config = await createConfig({
    extends: ['recommended-strict'],
    // The paths of the older system; each answers without the slash as well.
    rules: { 'no-path-trailing-slash': 'off', 'operation-operationId-unique': 'error' },
  });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ location, message, ruleId }) => `/openapi.json ${location[0]?.pointer ?? ''}: ${message} (${ruleId})`,
  );
}
