import { afterAll } from 'vitest';
import type { Viewer } from '../../../domain/input/viewer.ts';
import type { Store } from '../../../domain/store.ts';
import { createAccess } from '../../../server/access/access.ts';
import type { AccessConfig } from '../../../server/access/accessConfig.ts';
import { createWrongKeys } from '../../../server/access/wrongKeys.ts';
import { buildServer } from '../../../server/buildServer.ts';
import { createGraphqlHandler } from '../../../server/graphql/handler.ts';
import { createHttpApp } from '../../../server/http/app.ts';
import { listen } from '../../../server/http/listen.ts';
import { createLog } from '../../../server/log.ts';
import { createMetrics } from '../../../server/metrics/metrics.ts';
import { ExportLine } from '../../../server/rest/exportLine.ts';
import { addRoutes } from '../../../server/routes.ts';

const config: AccessConfig = { host: '127.0.0.1', adminUsers: [], trustedProxy: [], corsOrigins: [] };

/** A server whose requests all come from whom the test says. */
export interface ServerAs {
  url: string;
  viewer: Viewer;
  /** The routes beside `/graphql`, as `METHOD /path`. */
  routes: readonly string[];
}

/** Serves GraphQL and REST on a free port until the end of the block of tests. */
export async function serveAs(store: Store, viewer: Viewer): Promise<ServerAs> {
  const log = createLog('fatal');
  const served = { url: '', viewer, routes: [] as string[] };
  const access = { ...createAccess(config), authenticate: () => served.viewer };
  const metrics = createMetrics(store, log);
  const wrongKeys = createWrongKeys(log);
  const server = await buildServer({
    config,
    store,
    log,
    access,
    wrongKeys,
    metrics,
    graphql: async () => createGraphqlHandler({ store, authenticate: access.authenticate, log }),
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  served.url = await listen(server, { host: '127.0.0.1', port: 0 });
  const app = createHttpApp(log);
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) served.routes.push(`${one} ${url}`);
  });
  addRoutes(app, { store, access, metrics, wrongKeys, exports: new ExportLine() });
  await app.ready();
  return served;
}
