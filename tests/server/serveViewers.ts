import { onTestFinished } from 'vitest';
import type { Scope } from '../../contract/words/viewers.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { createAccess } from '../../server/access/access.ts';
import { createWrongKeys } from '../../server/access/wrongKeys.ts';
import { buildServer } from '../../server/buildServer.ts';
import { createGraphqlHandler } from '../../server/graphql/handler.ts';
import { listen } from '../../server/http/listen.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics/metrics.ts';

/** A whole server, GraphQL and REST, whose callers are who their key says, with the scopes that the test gave it. */
export interface ViewerServer {
  url: string;
  /** Makes a key with these scopes, of a viewer of its own. */
  keyWith(...scopes: readonly Scope[]): string;
  close(): Promise<void>;
}

const config = { host: '127.0.0.1', adminUsers: [], trustedProxy: [], corsOrigins: [] };
const stranger: Viewer = { id: 'anonymous', kind: 'anonymous', scopes: new Set(), identified: false };

/** Serves a store on a free port. */
export async function serveViewers(store: Store): Promise<ViewerServer> {
  const viewers = new Map<string, Viewer>();
  const log = createLog('silent');
  const access: ReturnType<typeof createAccess> = {
    ...createAccess(config),
    authenticate({ headers }) {
      const [, key = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
      if (key === '') return stranger;
      const wrong = { kind: 'wrongKey', message: 'The key is wrong.' } as const;
      return viewers.get(key) ?? { ...stranger, refusal: wrong };
    },
    wrongKeySources: () => [],
  };
  const { authenticate } = access;
  const server = await buildServer({
    config,
    store,
    log,
    access,
    wrongKeys: createWrongKeys(log),
    metrics: createMetrics(store, log),
    graphql: async () => createGraphqlHandler({ store, authenticate, log }),
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    url,
    keyWith(...scopes) {
      const id = `key-${viewers.size + 1}-${scopes.join('-')}`;
      viewers.set(id, { id, kind: 'shared', scopes: new Set(scopes), identified: true });
      return id;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves a store until the test has finished. */
export async function serveViewersHere(store: Store): Promise<ViewerServer> {
  const server = await serveViewers(store);
  onTestFinished(() => server.close());
  return server;
}
