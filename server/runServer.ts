import { createOutbound, type Outbound } from '../channels/outbound/outbound.ts';
import { lazily } from '../contract/lazily.ts';
import { growWithWork } from '../contract/processSettings.mjs';
import type { Database } from '../database/database.ts';
import { countFailures } from '../domain/access/failedCredentials.ts';
import { createAccess } from './access/access.ts';
import { issuerOf } from './access/issuer.ts';
import { warnOfOwnAddress } from './access/proxy.ts';
import { createWrongKeys } from './access/wrongKeys.ts';
import { buildServer } from './buildServer.ts';
import type { ServerConfig } from './config.ts';
import { startDuties } from './duties.ts';
import { loadGraphql } from './graphql/load.ts';
import { createBodyBudget } from './http/bodyBudget.ts';
import { prepareDrain } from './http/drain.ts';
import { listen } from './http/listen.ts';
import type { Logger } from './log.ts';
import { announceServer } from './machine/announcement.ts';
import { createKey } from './machine/key.ts';
import { prepareMachine } from './machine/prepare.ts';
import { createMetrics } from './metrics/metrics.ts';
import { watchSchema } from './newerSchema.ts';
import { warnOfLinks } from './notifications/config.ts';
import { startSending } from './notifications/startSending.ts';
import { openStore } from './openStore.ts';
import { findPageIn } from './pages/builtPage.ts';
import { keysInTheClear } from './plainHttp.ts';
import type { RunningServer, ServerOverrides } from './runningServer.ts';
import { isLoopbackHost } from './settings/settings.ts';
import { deviceOf } from './signIn/deviceOf.ts';
import type { GithubSignInParts } from './signIn/github.ts';
import { signInLinkOf, signInPageOf } from './signIn/link.ts';
import { lookAtIssuer } from './signIn/lookAtIssuer.ts';

/** Builds the handlers on a database that is open, and listens; closes the database where that fails. */
export async function runServer(
  db: Database,
  config: ServerConfig,
  overrides: ServerOverrides,
  log: Logger,
): Promise<RunningServer> {
  const key = createKey();
  const { readOnly = false, isBrief = false, findPage = findPageIn() } = overrides;
  const stops: (() => unknown)[] = [];
  const stopAll = () => Promise.all(stops.toReversed().map((stop) => stop())).then(() => db.close());
  try {
    // A database that is refused leaves no key behind.
    const { dataDir, machineKey } = readOnly
      ? { dataDir: config.dataDir, machineKey: undefined }
      : prepareMachine(config, log, overrides.machineKey);
    const outbound = createOutbound(config.outboundAllow);
    const send = outbound.fetch as typeof fetch;
    const issuer = issuerOf(config.openid, send);
    const setting = { config, overrides, dataDir, log, outbound, issuer };
    const { store, access: known, people } = await openStore(db, setting, stops);
    const duties = readOnly ? undefined : await startDuties(store, config, { outbound, log, isBrief });
    if (duties) stops.push(duties.stop);
    store.pullReader = duties?.reader;
    const wrongKeys = createWrongKeys(log, readOnly ? undefined : (failures) => countFailures(db, failures));
    const { credentials: knownKeys, sessions, proxyUsers } = known;
    const access = createAccess(
      { ...config, machineKey, ownKey: key, knownKeys, sessions, proxyUsers },
      wrongKeys,
    );
    const metrics = createMetrics(store, log);
    const bodies = createBodyBudget({ addressOf: access.addressOf });
    const { authenticate } = access;
    const { watchOperation } = metrics;
    const { graphiql, introspection } = config;
    const graphql = lazily(() =>
      loadGraphql({ store, authenticate, log, bodies, watchOperation, graphiql, introspection }),
    );
    const server = await buildServer({
      config: { ...config, githubUsers: people, githubReader: duties?.reader },
      store,
      log,
      access,
      wrongKeys,
      metrics,
      githubSignIn: githubSignInOf(config, outbound, readOnly),
      graphql,
      issuer,
      device: deviceOf(store, issuer),
      bodies,
      limits: { maxConnections: config.maxConnections, ...overrides.limits },
      findPage,
    });
    const drain = prepareDrain(server);
    const url = await listen(server, config);
    const hasPage = findPage() !== undefined;
    const pageBase = config.publicUrl ?? (isBrief ? undefined : url);
    const delivery = readOnly
      ? undefined
      : await startSending(store, config, { outbound, log, pageBase, hasPage, ...overrides.delivery });
    // Who would change something must not come to a server that only reads.
    if (!readOnly) db.announce(url);
    const withdraw = readOnly ? () => undefined : announce(config, dataDir, url, log);
    const links = isBrief || readOnly ? undefined : warnOfLinks(config);
    for (const warning of [...keysInTheClear(config), warnOfOwnAddress(config), links])
      if (warning) log.warn(warning);
    log.info(`Listening on ${url}${reach(config, known.closed)}`);
    const loadRest = async () => {
      await graphql().catch((error) => log.error({ err: error }, 'Could not load GraphQL'));
      await db.warmUp();
      growWithWork();
      if (!readOnly) await lookAtSignIn(config, send, log, leaving.signal);
    };
    // Whoever waits for the server is answered first; a brief one loads what it is asked for.
    const later = isBrief ? undefined : setTimeout(() => void loadRest(), 50);
    const leaving = new AbortController();
    let closing: Promise<void> | undefined;
    const close = () => {
      clearTimeout(later);
      leaving.abort();
      store.work.close();
      store.changes.close();
      withdraw();
      closing ??= drain(overrides.drainMillis ?? 10_000)
        .then(() => delivery?.stop())
        .then(stopAll);
      return closing;
    };
    const outdated = new AbortController();
    const stopFor = (newer: Error) => {
      outdated.abort(newer);
      close().catch((error: unknown) => log.error({ err: error }, 'The server could not stop cleanly'));
    };
    stops.push(watchSchema(db, log, stopFor, overrides.schemaLookMillis).stop);
    return {
      url,
      key,
      hasPage,
      hasGraphiql: graphiql !== 'off',
      signInPage: signInPageOf(config),
      makeSignInLink: () => signInLinkOf(store, config, { url, readOnly }),
      store,
      log,
      outdated: outdated.signal,
      close,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Looks whether people can sign in at the issuer, where there is one. */
async function lookAtSignIn(
  { openid, publicUrl }: ServerConfig,
  send: typeof fetch,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  if (openid === undefined || signal.aborted) return;
  const redirectUri = `${publicUrl}/sign-in/issuer/callback`;
  await lookAtIssuer({ ...openid, redirectUri }, send, log, signal);
}

/** How people sign in by GitHub; nobody does where nothing may be written. */
function githubSignInOf(
  { githubSignIn, githubApiUrl: apiUrl, githubUsers: mapped }: ServerConfig,
  { fetch: send }: Outbound,
  readOnly: boolean,
): GithubSignInParts | undefined {
  return githubSignIn === undefined || readOnly ? undefined : { ...githubSignIn, apiUrl, send, mapped };
}

/** The embedded database's lock says where its server answers; on PostgreSQL a file of its own does. */
function announce({ database }: ServerConfig, dataDir: string, url: string, log: Logger): () => void {
  if (!('url' in database)) return () => undefined;
  try {
    return announceServer(dataDir, url, database.url);
  } catch (error) {
    log.warn(
      { dataDir, err: error },
      'Commands cannot find this server by themselves: set API_BASE for them',
    );
    return () => undefined;
  }
}

function reach({ host }: ServerConfig, closed: boolean): string {
  if (!isLoopbackHost(host))
    return ` (HOST is ${host}: other computers can reach it). Every request needs a key.`;
  if (closed)
    return ' (this computer only). Every request needs a key (run `nightshift key` to print this computer’s).';
  return ' (this computer only). Reading is open; decisions and runs need a key (run `nightshift key` to print it).';
}
