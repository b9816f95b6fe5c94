import { beforeAll, describe, expect, it } from 'vitest';
import { doorsOf, operationFacts, operations } from '../../../contract/words/operations.ts';
import { buildSchema } from '../../../schema/index.ts';
import { createAccess } from '../../../server/access/access.ts';
import { createWrongKeys } from '../../../server/access/wrongKeys.ts';
import { createHttpApp, type HttpApp } from '../../../server/http/app.ts';
import { createLog } from '../../../server/log.ts';
import { createMetrics } from '../../../server/metrics/metrics.ts';
import { createDocumentationApp } from '../../../server/rest/documentation.ts';
import { ExportLine } from '../../../server/rest/exportLine.ts';
import { addRoutes, type RouteContext } from '../../../server/routes.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';

/** A route of an app, as the table writes it, with the operation that its documentation names. */
interface Found {
  route: string;
  operationId?: string | undefined;
}

const inTable = operations.flatMap((operation) => doorsOf(operation).routes);
const fieldsInTable = operations.flatMap((operation) => doorsOf(operation).field ?? []);

describe('Every operation stands in the table of operations once:', () => {
  const fields = [buildSchema()].flatMap((schema) =>
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}).map(({ name, description }) => ({
        name: `${type?.name}.${name}`,
        description,
      })),
    ),
  );

  it('each query, mutation and subscription, and none that does not exist', () => {
    expect([...fieldsInTable].sort()).toEqual(fields.map(({ name }) => name).sort());
  });

  it('each mutation with the scope that its description says', () => {
    const said = operations.flatMap((operation) => {
      const field = fields.find(({ name }) => name === doorsOf(operation).field);
      if (!field?.name.startsWith('Mutation.') || operationFacts[operation].scope === 'open') return [];
      const [, named] =
        /Requires the `(\w+)` scope(?:; (?:`work`|being signed in) is enough [^.]*)?\.$/.exec(
          field.description ?? '',
        ) ?? [];
      return [{ name: field.name, said: named, scope: operationFacts[operation].scope }];
    });
    expect(said.length).toBeGreaterThan(20);
    expect(said.filter(({ said: named, scope }) => named !== scope)).toEqual([]);
  });
});

describe('Every route stands in the table of operations once:', () => {
  const database = useDatabase('postgres');
  let routes: Found[];
  let documentation: HttpApp;

  beforeAll(async () => {
    const log = createLog('silent');
    const store = storeOf(database);
    const config = { host: '127.0.0.1', adminUsers: [], trustedProxy: [], corsOrigins: [] };
    const context: RouteContext = {
      store,
      access: createAccess(config),
      wrongKeys: createWrongKeys(log),
      metrics: createMetrics(store, log),
      exports: new ExportLine(),
    };
    const app = createHttpApp(log);
    routes = collectRoutes(app);
    addRoutes(app, context);
    await app.ready();
    documentation = await createDocumentationApp((described) => addRoutes(described, context), log);
  });

  it('each of the server, with the HEAD of a GET under its GET', () => {
    // `/graphql` and the documentation are answered beside that app.
    const beside = inTable.filter((route) => / \/(?:graphql|docs(?:\/\*)?|openapi\.json)$/.test(route));
    expect([...routes.map(({ route }) => route), ...beside].sort()).toEqual([...inTable].sort());
  });

  it('each of the documentation, which only has pages beside', () => {
    const known = new Set(routes.map(({ route }) => route.replace(/^\w+ /, '').replace(/(.)\/$/, '$1')));
    const others = printedRoutes(documentation).filter(({ path }) => !known.has(path));
    expect(others.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/docs', '/docs/json', '/openapi.json']),
    );
    const strange = others.filter(
      ({ path, methods }) =>
        !/^\/docs(?:$|\/|\*$)|^\/openapi\.json$/.test(path) ||
        methods.some((one) => one !== 'GET' && one !== 'HEAD'),
    );
    // The tree also has what several addresses begin with, as `/runs` and `/runs/*` do.
    const isBeginning = (path: string) =>
      [...known].filter((one) => one.startsWith(path.replace(/\*$/, ''))).length > 1;
    expect(strange.filter(({ path }) => !path.endsWith('*') || !isBeginning(path))).toEqual([]);
  });

  it('under the name that the documentation gives it', () => {
    const named = routes.filter(({ operationId }) => operationId !== undefined);
    expect(named.length).toBeGreaterThan(15);
    const operationOf = new Map(
      operations.flatMap((operation) => doorsOf(operation).routes.map((route) => [route, operation])),
    );
    expect(named.map(({ route }) => operationOf.get(route))).toEqual(
      named.map(({ operationId }) => operationId),
    );
  });
});

/** Collects what is added to an app from now on. */
function collectRoutes(app: HttpApp): Found[] {
  const found: Found[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    const { operationId } = (schema ?? {}) as { operationId?: string };
    const methods = [method].flat();
    for (const one of methods) {
      if (one === 'HEAD' && (methods.includes('GET') || isFound(`GET ${url}`))) continue;
      found.push({ route: `${one} ${url}`, operationId });
    }
  });
  const isFound = (wanted: string) => found.some(({ route }) => route === wanted);
  return found;
}

/** Reads the tree of routes that an app prints. */
function printedRoutes(app: HttpApp): { path: string; methods: string[] }[] {
  const parts: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^([ │├└─]*)(\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      if (part === '') return [];
      parts.splice(indent.length / 4 - 1, parts.length, part);
      return [{ path: parts.join(''), methods: methods.split(', ') }];
    });
}
