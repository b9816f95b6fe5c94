import * as z from 'zod';
import { mergeVariables, readEnvFiles, refuseLostVariables } from '../contract/environment/envFiles.ts';
import { ConfigError, logLevels, readVariables, withoutEmpty } from '../contract/environment/environment.ts';
import { secretVariables } from '../contract/environment/secretVariables.ts';
import type { DeliveryConfig } from '../contract/notifications/channels.ts';
import { identityKey } from '../contract/people/identityKey.ts';
import type { GithubRules } from '../contract/pulls/githubRules.ts';
import { webHostOf } from '../contract/pulls/pullLinks.ts';
import { trimEndOf } from '../contract/text/trimCharacters.ts';
import { withoutUserInfo } from '../contract/urls/userInfo.ts';
import type { DatabaseConfig } from '../database/database.ts';
import type { Setting } from '../domain/input/setting.ts';
import type { DigestTime } from '../domain/notifications/digest.ts';
import type { ApprovalFloor } from '../domain/plans/approvalFloor.ts';
import { type ActionsRule, actionsRules } from './settings/actionsRules.ts';
import { approvalFloor } from './settings/approvalFloor.ts';
import {
  channelChecks,
  digestModes,
  digestTime,
  faultsOfDelivery,
  outboundTarget,
  readDelivery,
} from './settings/channels.ts';
import { effectiveSettings, withSources } from './settings/effective.ts';
import { githubRepositories, githubSecret, githubUsers } from './settings/github.ts';
import {
  faultsOfGithubApp,
  type GithubAppKey,
  type GithubSignIn,
  githubAppChecks,
  githubAppKeyOf,
  githubSignInOf,
} from './settings/githubApp.ts';
import { type GraphiqlMode, graphiqlMode, onUnlessOff } from './settings/graphql.ts';
import { type ViewerGroups, viewerGroups } from './settings/groups.ts';
import { faultsOfOpenid, type OpenidConfig, openidChecks, readOpenid } from './settings/openid.ts';
import { type RateLimit, rateLimit } from './settings/rateLimit.ts';
import {
  addressList,
  connectionCount,
  emails,
  headerText,
  hostName,
  httpUrl,
  isLoopbackHost,
  keySleepDays,
  leaseSeconds,
  listOf,
  minKeyLength,
  origin,
  port,
  postgresUrl,
  reportHours,
  retentionDays,
  streamCount,
} from './settings/settings.ts';

/** Where events of tasks are sent. */
export interface CollectorConfig {
  url: string;
  /** Goes into the header `x-metrics-key`. */
  key?: string | undefined;
}

/** What the server runs with, read once at its start. */
export interface ServerConfig {
  /** The address to listen on. */
  host: string;
  /** The port to listen on; 0 takes any free one. */
  port: number;
  database: DatabaseConfig;
  /** Where the machine's key lies and servers announce themselves; of the embedded database its own directory. */
  dataDir: string;
  /** The file of the machine's key; `key` in the data directory unless it is named. */
  keyFile?: string;
  /** The file that holds the first key of a new database, or gets it. */
  bootstrapKeyFile?: string | undefined;
  /** The key with the admin scope, or nothing. */
  adminApiKey?: string;
  /** Who may decide through the trusted proxy, in lower case; nobody named means everybody it calls an admin. */
  adminUsers: readonly string[];
  /** The groups of each viewer, as policies of approvals name them. */
  approverGroups: ViewerGroups;
  /** What this server demands of approvals, whatever plans say. */
  approvalFloor?: ApprovalFloor | undefined;
  /** Addresses and networks (CIDR) of the authenticating proxy. */
  trustedProxy: readonly string[];
  /** Origins of pages elsewhere that may call this server. */
  corsOrigins: readonly string[];
  /** Whom GraphiQL is shown to. */
  graphiql: GraphiqlMode;
  /** Whether GraphQL answers what its schema is, and suggests names where one is wrong. */
  introspection: boolean;
  /** How many connections may be open at once. */
  maxConnections: number;
  /** How many streams one caller may have open at once. */
  maxStreamsPerViewer: number;
  /** How many streams all may have open at once; unset, three quarters of the connections. */
  maxStreams?: number | undefined;
  /** How many requests one caller may send in a time; unset, without a limit. */
  rateLimit?: RateLimit | undefined;
  logLevel: (typeof logLevels)[number];
  /** Milliseconds without a heartbeat after which a lease expires. */
  leaseMs: number;
  /** Where people reach the server, without a slash at the end, for links in notifications; else where it listens. */
  publicUrl?: string;
  /** The secret that GitHub signs its events with. */
  githubWebhookSecret?: string;
  /** The viewers that logins of GitHub stand for. */
  githubUsers: ReadonlyMap<string, string>;
  /** The workflows of GitHub Actions that are let in by the tokens of their runs. */
  actionsRules?: readonly ActionsRule[];
  /** How people sign in by GitHub; unset where they do not. */
  githubSignIn?: GithubSignIn | undefined;
  /** As which App pull requests are read, merged and labelled, in place of the token. */
  githubAppKey?: GithubAppKey | undefined;
  /** The issuer where people sign in, if there is one. */
  openid?: OpenidConfig | undefined;
  /** Reads pull requests, and merges or labels them. */
  githubToken?: string;
  githubApiUrl: string;
  /** Which hosts are GitHub, and in which repositories it may decide. */
  github: GithubRules;
  /** The collector that receives an event for each thing that happens to a task, if there is one. */
  collector?: CollectorConfig;
  /** Where notifications go. */
  delivery: DeliveryConfig;
  /** When the morning's digest of notifications is made, and whether there is one of a morning with nothing to tell. */
  digest: DigestTime;
  /** What may be reached although its address is private. */
  outboundAllow: readonly string[];
  /** Milliseconds without a report after which a running, externally reported task fails. */
  reportLimitMs: number;
  /** For how many days what is over is kept; unset, for ever. */
  retentionDays?: number | undefined;
  /** After how many days without a sign-in a person's keys sleep. @default 30 */
  keySleepDays?: number | undefined;
  /** All of this as it was given, without secrets, for people. */
  settings?: readonly Setting[] | undefined;
}

/**
 * Reads the configuration from the environment and from the files of variables in the working directory; real variables
 * win. Secrets come from files too.
 * @throws ConfigError, also where a file has variables that count there no more
 */
export function loadServerConfig(): ServerConfig {
  const environment = withoutEmpty(readVariables());
  const files = readEnvFiles(process.cwd(), environment);
  refuseLostVariables(files, environment);
  const config = readServerConfig(mergeVariables(files, environment, process.cwd()));
  return { ...config, settings: withSources(config.settings ?? [], environment) };
}

/**
 * Checks variables and gives the configuration they mean; an empty one counts as not set.
 * @throws ConfigError that names every variable at fault, never with the value of a secret.
 */
export function readServerConfig(environment: Record<string, string | undefined>): ServerConfig {
  const given = withoutEmpty(environment);
  const result = variables.safeParse(given, { reportInput: true });
  const faults = [
    ...(result.error?.issues.map(describe) ?? []),
    ...faultsOfReach(given),
    ...faultsOfTokens(given),
    ...faultsOfGithubApp(given),
    ...faultsOfOpenid(given),
    ...faultsOfDelivery(given),
  ];
  if (!result.success || faults.length > 0) throw new ConfigError(explain(faults));
  const read = result.data;
  return {
    settings: effectiveSettings(variables.shape, given),
    host: read.HOST,
    port: read.PORT,
    database:
      read.DATABASE_URL === undefined ? { dataDir: read.NIGHTSHIFT_DATA } : { url: read.DATABASE_URL },
    dataDir: read.NIGHTSHIFT_DATA,
    keyFile: read.NIGHTSHIFT_KEY_FILE,
    bootstrapKeyFile: read.NIGHTSHIFT_BOOTSTRAP_KEY_FILE,
    adminApiKey: read.ADMIN_API_KEY,
    adminUsers: read.ADMIN_USERS.map(identityKey),
    approverGroups: read.APPROVER_GROUPS,
    approvalFloor: read.APPROVAL_FLOOR,
    trustedProxy: read.TRUSTED_PROXY,
    corsOrigins: read.CORS_ORIGINS,
    graphiql: read.GRAPHIQL,
    introspection: read.INTROSPECTION,
    maxConnections: read.MAX_CONNECTIONS,
    maxStreamsPerViewer: read.MAX_STREAMS_PER_VIEWER,
    maxStreams: read.MAX_STREAMS,
    rateLimit: read.RATE_LIMIT,
    logLevel: read.LOG_LEVEL,
    publicUrl: read.PUBLIC_URL,
    githubWebhookSecret: read.GITHUB_WEBHOOK_SECRET,
    githubUsers: read.GITHUB_USERS,
    actionsRules: read.GITHUB_ACTIONS_RULES,
    githubSignIn: githubSignInOf(read, given),
    githubAppKey: githubAppKeyOf(read),
    openid: readOpenid(read),
    githubToken: read.GITHUB_TOKEN,
    githubApiUrl: read.GITHUB_API_URL,
    github: rulesOf(read.GITHUB_API_URL, read.GITHUB_REPOSITORIES),
    leaseMs: read.LEASE_SECONDS * 1000,
    reportLimitMs: read.REPORT_HOURS * 3_600_000,
    retentionDays: read.RETENTION_DAYS,
    keySleepDays: read.KEY_SLEEP_DAYS,
    delivery: readDelivery(read),
    outboundAllow: read.OUTBOUND_ALLOW,
    digest: { ...read.DIGEST_AT, ...(read.DIGEST === 'when-needed' && { onlyWhenNeeded: true }) },
    ...(read.METRICS_URL === undefined
      ? {}
      : { collector: { url: read.METRICS_URL, key: read.METRICS_KEY } }),
  };
}

const variables = z.object({
  HOST: hostName.default('127.0.0.1'),
  PORT: port.default(8001),
  DATABASE_URL: postgresUrl.optional(),
  NIGHTSHIFT_DATA: z.string().default('.nightshift'),
  NIGHTSHIFT_KEY_FILE: z.string().optional(),
  NIGHTSHIFT_BOOTSTRAP_KEY_FILE: z.string().optional(),
  ADMIN_API_KEY: headerText.optional(),
  ADMIN_USERS: listOf(emails),
  APPROVER_GROUPS: viewerGroups,
  APPROVAL_FLOOR: approvalFloor,
  TRUSTED_PROXY: addressList,
  CORS_ORIGINS: listOf(origin),
  GRAPHIQL: graphiqlMode,
  INTROSPECTION: onUnlessOff,
  MAX_CONNECTIONS: connectionCount,
  MAX_STREAMS_PER_VIEWER: streamCount.default(200),
  MAX_STREAMS: streamCount.optional(),
  RATE_LIMIT: rateLimit,
  LEASE_SECONDS: leaseSeconds,
  REPORT_HOURS: reportHours,
  RETENTION_DAYS: retentionDays,
  KEY_SLEEP_DAYS: keySleepDays,
  PUBLIC_URL: httpUrl.transform((url) => trimEndOf(url, '/')).optional(),
  GITHUB_WEBHOOK_SECRET: githubSecret.optional(),
  GITHUB_USERS: githubUsers,
  GITHUB_ACTIONS_RULES: actionsRules,
  ...githubAppChecks,
  ...openidChecks,
  GITHUB_TOKEN: headerText.optional(),
  GITHUB_API_URL: httpUrl.default('https://api.github.com'),
  GITHUB_REPOSITORIES: githubRepositories,
  METRICS_URL: httpUrl.optional(),
  METRICS_KEY: headerText.optional(),
  ...channelChecks,
  OUTBOUND_ALLOW: listOf(outboundTarget),
  DIGEST: z.string().trim().toLowerCase().pipe(z.enum(digestModes)).default('always'),
  DIGEST_AT: digestTime,
  LOG_LEVEL: z.string().trim().toLowerCase().pipe(z.enum(logLevels)).default('info'),
});

/** A repository that is named without a host is one of the server that is asked. */
function rulesOf(apiUrl: string, names: readonly string[]): GithubRules {
  const host = webHostOf(apiUrl);
  return {
    hosts: [...new Set([host, 'github.com'])],
    repositories: names.map((name) => (name.split('/').length > 2 ? name : `${host}/${name}`)),
  };
}

/** Beyond loopback everybody can knock, so a key that somebody chose must be a good one. */
function faultsOfReach({ HOST, ADMIN_API_KEY }: Record<string, string | undefined>): string[] {
  const host = HOST?.trim() ?? '127.0.0.1';
  const key = ADMIN_API_KEY?.trim();
  if (isLoopbackHost(host) || key === undefined || key.length >= minKeyLength) return [];
  return [
    `ADMIN_API_KEY: expected at least ${minKeyLength} characters while HOST is ${host}, got ${key.length}. Make one with: openssl rand -hex 24`,
  ];
}

/** A token says whom it is meant for, so this server must know its own name. */
function faultsOfTokens({ GITHUB_ACTIONS_RULES, PUBLIC_URL }: Record<string, string | undefined>): string[] {
  if (GITHUB_ACTIONS_RULES === undefined || PUBLIC_URL !== undefined) return [];
  return [
    'PUBLIC_URL: expected the URL by which workflows reach this server while GITHUB_ACTIONS_RULES is set, since their tokens are meant for it, got nothing',
  ];
}

const secrets = new Set<string>(secretVariables);

function describe(issue: z.core.$ZodIssue): string {
  const variable = String(issue.path[0]);
  const came = 'input' in issue && !secrets.has(variable) ? issue.input : undefined;
  const got = typeof came === 'string' ? `, got ${JSON.stringify(withoutUserInfo(came).slice(0, 100))}` : '';
  return `${variable}: ${issue.message.replace(/^Invalid option: /, '')}${got}`;
}

function explain(faults: string[]): string {
  const lines = faults.map((fault) => `  ${fault}.`);
  return `The configuration is invalid. Change these variables, in the environment or in .env.nightshift:\n${lines.join('\n')}`;
}
