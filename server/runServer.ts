import { createOutbound, type Outbound } from '../channels/outbound/outbound.ts';
import { lazily } from '../contract/lazily.ts';
import { growWithWork } from '../contract/processSettings.mjs';
import type { Database, DatabaseOptions } from '../database/database.ts';
import { countFailures } from '../domain/access/failedCredentials.ts';
import { TaskChangesHub } from '../domain/changes/changes.ts';
import { joinReplicas } from '../domain/changes/replicas.ts';
import { WorkSignal } from '../domain/changes/workSignal.ts';
import { deliveryQueues } from '../domain/queue/deliveryQueues.ts';
import { queueProvider } from '../domain/queue/queueProvider.ts';
import type { Store } from '../domain/store.ts';
import { createAccess } from './access/access.ts';
import { openGithubPeople } from './access/githubPeople.ts';
import { issuerOf } from './access/issuer.ts';
import { knownPeopleOf } from './access/knownPeople.ts';
import { warnOfOwnAddress } from './access/proxy.ts';
import { createWrongKeys } from './access/wrongKeys.ts';
import { buildServer } from './buildServer.ts';
import type { ServerConfig } from './config.ts';
import { startDuties } from './duties.ts';
import { loadGraphql } from './graphql/load.ts';
import { createBodyBudget } from './http/bodyBudget.ts';
import type { ConnectionLimits } from './http/connections.ts';
import { prepareDrain } from './http/drain.ts';
import { listen } from './http/listen.ts';
import type { Logger } from './log.ts';
import { announceServer } from './machine/announcement.ts';
import { createKey } from './machine/key.ts';
import { prepareMachine } from './machine/prepare.ts';
import { createMetrics } from './metrics/metrics.ts';
import { watchSchema } from './newerSchema.ts';
import { channelsOf, warnOfLinks } from './notifications/config.ts';
import type { DeliverySetting } from './notifications/startDelivery.ts';
import { startSending } from './notifications/startSending.ts';
import { openAccess } from './openAccess.ts';
import { type FindPage, findPageIn } from './pages/builtPage.ts';
import { keysInTheClear } from './plainHttp.ts';
import { reachOf } from './pulls/reach.ts';
import { groupReader } from './settings/groups.ts';
import { isLoopbackHost } from './settings/settings.ts';
import { deviceOf } from './signIn/deviceOf.ts';
import type { GithubSignInParts } from './signIn/github.ts';
import { signInLinkOf, signInPageOf } from './signIn/link.ts';
import { lookAtIssuer } from './signIn/lookAtIssuer.ts';
import { watchFreeze } from './watchFreeze.ts';

/** A server that answers. */
export interface RunningServer {
  /** Where it answers, without a slash at the end, e.g. `http://127.0.0.1:8001`. */
  url: string;
  /** A key of this server for the process that started it, from any address; it is in memory only and ends with it. */
  key: string;
  /** Whether it has the page. */
  hasPage: boolean;
  /** Whether a browser of this computer gets GraphiQL. */
  hasGraphiql: boolean;
  /** Where people sign in with accounts of their own; undefined where they have none here. */
  signInPage: string | undefined;
  /**
   * Makes an address that signs one browser in once, as whoever holds the machine's key; undefined where other computers
   * reach this server, or nothing may be written.
   */
  makeSignInLink(): Promise<string | undefined>;
  store: Store;
  log: Logger;
  /** Aborted with the reason once the server has stopped by itself, since a newer one has migrated the database. */
  outdated: AbortSignal;
  /** Stops taking requests, ends subscriptions, waits for the rest, closes the database. Again is the same. */
  close(): Promise<void>;
}

/** What may be set apart from the configuration. */
export interface ServerOverrides {
  log?: Logger;
  database?: DatabaseOptions;
  /** The machine's key, for programs that start a server and hand it to their clients. @default the one in its file */
  machineKey?: string;
  /** How notifications are sent, apart from where. */
  delivery?: Pick<DeliverySetting, 'linkFor' | 'limits'>;
  /** How long `close` waits for requests that are being answered, in milliseconds. @default 10000 */
  drainMillis?: number;
  /**
   * Whether it only reads: nothing is made or changed, neither in the database nor in the data directory, and no task,
   * notification or pull request is looked after. @default false
   */
  readOnly?: boolean;
  /** Whether it ends with the command that started it, so that no link to where it listens lasts. @default false */
  isBrief?: boolean;
  /** How connections are bounded, apart from their number. */
  limits?: Partial<ConnectionLimits>;
  /** Finds the built page. @default the one that `npm ci` builds */
  findPage?: FindPage;
  /** How often it looks whether a newer server has migrated the database, in milliseconds. @default 5000 */
  schemaLookMillis?: number;
}

/** Builds the handlers on a database that is open, and listens; closes the database where that fails. */
export async function runServer(
  db: Database,
  config: ServerConfig,
  overrides: ServerOverrides,
  log: Logger,
): Promise<RunningServer> {
  const key = createKey();
  const { readOnly = false, isBrief = false, findPage = findPageIn() } = overrides;
  let opened: Awaited<ReturnType<typeof openAccess>> | undefined;
  let githubPeople: Awaited<ReturnType<typeof openGithubPeople>> | undefined;
  try {
    // A database that is refused leaves no key behind.
    const { dataDir, machineKey } = readOnly
      ? { dataDir: config.dataDir, machineKey: undefined }
      : prepareMachine(config, log, overrides.machineKey);
    const outbound = createOutbound(config.outboundAllow);
    const send = outbound.fetch as typeof fetch;
    const issuer = issuerOf(config.openid, send);
    opened = await openAccess(db, { config, dataDir, log, readOnly, send, issuer });
    const { closed, knownKeys, credentials, sessions, proxyUsers, ...known } = opened;
    const channels = channelsOf(config.delivery);
    githubPeople = await openGithubPeople(db, config, (error) =>
      log.warn({ err: error }, 'Could not read again who has signed in by GitHub'),
    );
    const people = githubPeople;
    const groupsOf = groupReader(config.approverGroups);
    const queue = queueProvider(
      db,
      (error) => log.error({ err: error }, 'Error in the queue'),
      channels.length > 0 ? deliveryQueues : [],
    );
    const store: Store = {
      db,
      changes: new TaskChangesHub(streamLimitsOf(config)),
      queue: queue.get,
      work: new WorkSignal(),
      // Some connections stay free for everything else.
      maxWaiting: Math.floor(config.maxConnections * 0.75),
      leaseMs: config.leaseMs,
      githubUsers: people,
      channels,
      github: config.github,
      groupsOf: (viewer) => [...new Set([...groupsOf(viewer), ...people.groupsOf(viewer)])],
      approvalFloor: config.approvalFloor,
      admins: config.adminUsers,
      settings: config.settings,
      pullReach: reachOf(config),
      knownPeople: knownPeopleOf(config),
      async onKeysChanged() {
        await Promise.all([knownKeys.refresh(), ...[known.refresh(), people.refresh()].map(unlessFailed)]);
      },
    };
    const freeze = await watchFreeze(store, log);
    store.knownFreeze = freeze.known;
    store.changes.onFault = (error) => log.error({ err: error }, 'A subscriber to changes failed');
    const replicas = await joinReplicas(
      store,
      (error) =>
        log.warn({ err: error }, 'Could not notify other replicas of changes; they will read them later'),
      { isLasting: isLasting(overrides) },
    );
    const duties = readOnly ? undefined : await startDuties(store, config, { outbound, log, isBrief });
    store.pullReader = duties?.reader;
    const wrongKeys = createWrongKeys(log, readOnly ? undefined : (failures) => countFailures(db, failures));
    const access = createAccess(
      { ...config, machineKey, ownKey: key, knownKeys: credentials, sessions, proxyUsers },
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
    const limits = { maxConnections: config.maxConnections, ...overrides.limits };
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
      limits,
      findPage,
    });
    const drain = prepareDrain(server);
    const url = await listen(server, config);
    const pageBase = config.publicUrl ?? (isBrief ? undefined : url);
    const delivery = readOnly
      ? undefined
      : await startSending(store, config, {
          outbound,
          log,
          pageBase,
          hasPage: findPage() !== undefined,
          ...overrides.delivery,
        });
    // Who would change something must not come to a server that only reads.
    if (!readOnly) db.announce(url);
    const withdraw = readOnly ? () => undefined : announce(config, dataDir, url, log);
    // Whoever waits for the server is answered first; a brief one loads what it is asked for.
    const later = isBrief ? undefined : setTimeout(() => void loadRest(), 50);
    const links = isBrief || readOnly ? undefined : warnOfLinks(config);
    for (const warning of [...keysInTheClear(config), warnOfOwnAddress(config), links])
      if (warning) log.warn(warning);
    log.info(`Listening on ${url}${reach(config, closed)}`);
    const loadRest = async () => {
      await graphql().catch((error) => log.error({ err: error }, 'Could not load GraphQL'));
      await db.warmUp();
      growWithWork();
      if (!readOnly) await lookAtSignIn(config, send, log, leaving.signal);
    };
    let closing: Promise<void> | undefined;
    const leaving = new AbortController();
    const close = () => {
      clearTimeout(later);
      leaving.abort();
      store.work.close();
      store.changes.close();
      withdraw();
      closing ??= drain(overrides.drainMillis ?? 10_000)
        .then(() => delivery?.stop())
        .then(() =>
          Promise.all([
            duties?.stop(),
            queue.stop(),
            replicas.stop(),
            schema.stop(),
            known.stop(),
            freeze.stop(),
            people.stop(),
          ]),
        )
        .then(() => db.close());
      return closing;
    };
    const outdated = new AbortController();
    const stopFor = (newer: Error) => {
      outdated.abort(newer);
      close().catch((error: unknown) => log.error({ err: error }, 'The server could not stop cleanly'));
    };
    const schema = watchSchema(db, log, stopFor, overrides.schemaLookMillis);
    const hasGraphiql = graphiql !== 'off';
    const makeSignInLink = () => signInLinkOf(store, config, { url, readOnly });
    const signInPage = signInPageOf(config);
    return {
      url,
      key,
      hasPage: findPage() !== undefined,
      hasGraphiql,
      signInPage,
      makeSignInLink,
      store,
      log,
      outdated: outdated.signal,
      close,
    };
  } catch (error) {
    await Promise.all([opened?.stop(), githubPeople?.stop()]);
    await db.close();
    throw error;
  }
}

/** What was not read again this time is read soon. */
function unlessFailed(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined);
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

/** Whether a server stays and writes. Commands start one for themselves, again and again. */
function isLasting({ readOnly = false, isBrief = false }: ServerOverrides): boolean {
  return !readOnly && !isBrief;
}

/** A quarter of the connections stays free for what is no stream. */
function streamLimitsOf({ maxStreams, maxStreamsPerViewer: each, maxConnections }: ServerConfig) {
  return { each, all: maxStreams ?? Math.floor(maxConnections * 0.75) };
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
