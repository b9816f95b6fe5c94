import type { Outbound } from '../channels/outbound/outbound.ts';
import type { Database } from '../database/database.ts';
import { TaskChangesHub } from '../domain/changes/changes.ts';
import { joinReplicas } from '../domain/changes/replicas.ts';
import { WorkSignal } from '../domain/changes/workSignal.ts';
import { deliveryQueues } from '../domain/queue/deliveryQueues.ts';
import { queueProvider } from '../domain/queue/queueProvider.ts';
import type { Store } from '../domain/store.ts';
import { type KnownGithubPeople, openGithubPeople } from './access/githubPeople.ts';
import type { Issuer } from './access/issuer.ts';
import { knownPeopleOf } from './access/knownPeople.ts';
import type { ServerConfig } from './config.ts';
import type { Logger } from './log.ts';
import { channelsOf } from './notifications/config.ts';
import { type OpenedAccess, openAccess } from './openAccess.ts';
import { reachOf } from './pulls/reach.ts';
import type { ServerOverrides } from './runningServer.ts';
import { groupReader } from './settings/groups.ts';
import { watchFreeze } from './watchFreeze.ts';

/** What a store is opened with, beside its database. */
interface StoreSetting {
  config: ServerConfig;
  overrides: ServerOverrides;
  dataDir: string;
  log: Logger;
  outbound: Outbound;
  issuer: Issuer | undefined;
}

/** A store whose server is about to answer, and who may come in. */
export interface OpenedStore {
  store: Store;
  access: OpenedAccess;
  people: KnownGithubPeople;
}

/**
 * Opens the store of a server, with what keeps it in step with other replicas. What has to be stopped before the database
 * is closed is put into `stops` as it starts, so that none of it is left where a later part fails.
 * @throws NoKeyError
 */
export async function openStore(
  db: Database,
  { config, overrides, dataDir, log, outbound, issuer }: StoreSetting,
  stops: (() => unknown)[],
): Promise<OpenedStore> {
  const { readOnly = false } = overrides;
  const send = outbound.fetch as typeof fetch;
  const access = await openAccess(db, { config, dataDir, log, readOnly, send, issuer });
  stops.push(access.stop);
  const people = await openGithubPeople(db, config, (error) =>
    log.warn({ err: error }, 'Could not read again who has signed in by GitHub'),
  );
  stops.push(people.stop);
  const channels = channelsOf(config.delivery);
  const groupsOf = groupReader(config.approverGroups);
  const queue = queueProvider(
    db,
    (error) => log.error({ err: error }, 'Error in the queue'),
    channels.length > 0 ? deliveryQueues : [],
  );
  stops.push(queue.stop);
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
      await Promise.all([
        access.knownKeys.refresh(),
        ...[access.refresh(), people.refresh()].map(unlessFailed),
      ]);
    },
  };
  const freeze = await watchFreeze(store, log);
  stops.push(freeze.stop);
  store.knownFreeze = freeze.known;
  store.changes.onFault = (error) => log.error({ err: error }, 'A subscriber to changes failed');
  const replicas = await joinReplicas(
    store,
    (error) =>
      log.warn({ err: error }, 'Could not notify other replicas of changes; they will read them later'),
    { isLasting: isLasting(overrides) },
  );
  stops.push(replicas.stop);
  return { store, access, people };
}

/** What was not read again this time is read soon. */
function unlessFailed(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined);
}

/** Whether a server stays and writes. Commands start one for themselves, again and again. */
function isLasting({ readOnly = false, isBrief = false }: ServerOverrides): boolean {
  return !readOnly && !isBrief;
}

/** A quarter of the connections stays free for what is no stream. */
function streamLimitsOf({ maxStreams, maxStreamsPerViewer: each, maxConnections }: ServerConfig) {
  return { each, all: maxStreams ?? Math.floor(maxConnections * 0.75) };
}
