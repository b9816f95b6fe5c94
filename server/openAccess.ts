import type { Database } from '../database/database.ts';
import { closeForGood, isClosed } from '../domain/access/closed.ts';
import { keyNames } from '../domain/access/keyNames.ts';
import { sharedViewers } from './access/access.ts';
import type { KnownCredentials } from './access/accessConfig.ts';
import { actionsTokens } from './access/actionsTokens.ts';
import type { SignedTokens } from './access/checkedTokens.ts';
import { eitherTokens } from './access/eitherTokens.ts';
import type { Issuer } from './access/issuer.ts';
import { type IssuerTokens, issuerTokens } from './access/issuerTokens.ts';
import { type KnownKeys, knowKeys } from './access/knownKeys.ts';
import { type KnownProxyUsers, knowProxyUsers } from './access/knownProxyUsers.ts';
import { type KnownSessions, knowSessions } from './access/knownSessions.ts';
import type { ServerConfig } from './config.ts';
import type { Logger } from './log.ts';
import { markClosed, wasClosed } from './machine/closedMarker.ts';
import { isLoopbackHost } from './settings/settings.ts';

/** The server would let in everybody who reaches it, or nobody at all; the message says what to do. */
export class NoKeyError extends Error {
  override readonly name = 'NoKeyError';
}

/** What a server is known by and where it writes. */
interface AccessSetting {
  config: Pick<
    ServerConfig,
    | 'host'
    | 'adminApiKey'
    | 'adminUsers'
    | 'bootstrapKeyFile'
    | 'actionsRules'
    | 'publicUrl'
    | 'githubSignIn'
    | 'openid'
    | 'keySleepDays'
  >;
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn'>;
  readOnly: boolean;
  /** Asks issuers of tokens for their keys. */
  send: typeof fetch;
  /** Where people sign in, if there is an issuer. */
  issuer?: Issuer | undefined;
}

/** What is known of who may come in. */
export interface OpenedAccess {
  closed: boolean;
  knownKeys: KnownKeys;
  /** Keys, and tokens of workflows and of the issuer. */
  credentials: KnownCredentials & Pick<KnownKeys, 'closing'>;
  sessions: KnownSessions;
  /** Reads again who holds sessions and tokens of the issuer. */
  refresh(): Promise<unknown>;
  stop(): Promise<unknown>;
  proxyUsers: KnownProxyUsers;
}

/** The tokens that count beside keys; undefined where none does. */
function tokensOf(
  { actionsRules: rules = [], publicUrl }: Pick<ServerConfig, 'actionsRules' | 'publicUrl'>,
  ofIssuer: IssuerTokens | undefined,
  send: typeof fetch,
): SignedTokens | undefined {
  if (rules.length === 0 || publicUrl === undefined) return ofIssuer;
  const ofActions = actionsTokens({ rules, audience: publicUrl, fetch: send });
  return ofIssuer
    ? eitherTokens(
        rules.map(({ issuer }) => issuer),
        ofActions,
        ofIssuer,
      )
    : ofActions;
}

/** Has tokens count beside keys. */
function withTokens(keys: KnownKeys, tokens: SignedTokens | undefined): OpenedAccess['credentials'] {
  if (tokens === undefined) return keys;
  return {
    recognise(given, isSuspect) {
      const [ofKeys, ofTokens] = [keys.recognise(given, isSuspect), tokens.recognise(given)];
      return ofKeys || ofTokens ? Promise.all([ofKeys, ofTokens]) : undefined;
    },
    find: (key, address) => keys.find(key, address) ?? tokens.find(key),
    isClosed: keys.isClosed,
    closing: keys.closing,
  };
}

/**
 * Finds out whether callers need a key, makes the first one where a file is to hold it, and begins to know keys and people.
 * @throws NoKeyError, BootstrapKeyError
 */
export async function openAccess(
  db: Database,
  { config, dataDir, log, readOnly, send, issuer }: AccessSetting,
): Promise<OpenedAccess> {
  if (!readOnly) await keyNames({ db });
  // A key that was revoked must not come back with a database that was put back.
  if (!readOnly && config.bootstrapKeyFile !== undefined && !wasClosed(dataDir)) {
    const { bootstrapKeyOf } = await import('./machine/bootstrapKey.ts');
    await bootstrapKeyOf({ db }, config.bootstrapKeyFile, log);
  }
  const hasIssuer =
    (config.actionsRules?.length ?? 0) > 0 ||
    config.githubSignIn !== undefined ||
    config.openid !== undefined;
  if (hasIssuer && !readOnly) await closeForGood(db);
  const closed = (await settleClosed(db, dataDir, log, readOnly)) || hasIssuer;
  requireKey(config, closed);
  const { adminUsers, keySleepDays } = config;
  const knownKeys = knowKeys({
    db,
    adminUsers,
    keySleepDays,
    closed,
    readOnly,
    onClosed() {
      log.info('This server has its first key: from now on every caller needs one, to read as well');
      if (!readOnly) rememberClosed(dataDir, log);
    },
    onFault: (error) => log.warn({ err: error }, 'Could not read again which keys work'),
  });
  const sessions = knowSessions({
    db,
    adminUsers,
    keySleepDays,
    sharedViewer: (shared) =>
      shared === 'admin' && config.adminApiKey === undefined ? undefined : sharedViewers[shared],
    readOnly,
    onFault: (error) => log.warn({ err: error }, 'Could not read again who is signed in'),
  });
  const proxyUsers = knowProxyUsers(db, (error) =>
    log.warn({ err: error }, 'Could not read again who the users of the proxy are'),
  );
  const audience = config.openid?.audience;
  const ofIssuer =
    issuer && audience
      ? issuerTokens({
          db,
          issuer,
          audience,
          adminUsers: config.adminUsers,
          onFault: (error) => log.warn({ err: error }, 'Could not read again whose tokens count'),
        })
      : undefined;
  return {
    closed,
    knownKeys,
    credentials: withTokens(knownKeys, tokensOf(config, ofIssuer, send)),
    sessions,
    proxyUsers,
    refresh: () => Promise.all([sessions.refresh(), proxyUsers.refresh(), ofIssuer?.refresh()]),
    stop: () => Promise.all([knownKeys.stop(), sessions.stop(), proxyUsers.stop(), ofIssuer?.stop()]),
  };
}

/**
 * Says whether every caller needs a key: because the database has had one, or because this data directory knows that it
 * had, though it was put back to before that. Both know afterwards.
 */
async function settleClosed(
  db: Database,
  dataDir: string,
  log: Pick<Logger, 'warn'>,
  readOnly: boolean,
): Promise<boolean> {
  const marked = wasClosed(dataDir);
  const closed = await isClosed(db);
  if (readOnly) return closed || marked;
  if (marked && !closed) {
    log.warn(
      { dataDir },
      'The database has no key, but there were keys here before. Nobody comes in without one. Make one with: nightshift keys create --bootstrap',
    );
    await closeForGood(db);
  }
  if (closed && !marked) rememberClosed(dataDir, log);
  return closed || marked;
}

/** Notes in the data directory that every caller needs a key. */
function rememberClosed(dataDir: string, log: Pick<Logger, 'warn'>): void {
  try {
    markClosed(dataDir);
  } catch (error) {
    log.warn({ dataDir, err: error }, 'Could not note in the data directory that this server has had keys');
  }
}

/** Beyond loopback everybody can knock, so there must be a key before anybody can. @throws NoKeyError */
function requireKey(
  { host, adminApiKey }: Pick<ServerConfig, 'host' | 'adminApiKey'>,
  closed: boolean,
): void {
  if (isLoopbackHost(host) || adminApiKey !== undefined || closed) return;
  throw new NoKeyError(
    `HOST is ${host}, so other computers can reach this server, and it has no key yet. Make the first one, which prints it:\n  nightshift keys create --bootstrap\nIn a container, set NIGHTSHIFT_BOOTSTRAP_KEY_FILE to a file that holds a key or is to get one. To listen on this computer only, unset HOST.`,
  );
}
