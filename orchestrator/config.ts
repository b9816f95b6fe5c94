import { join, resolve } from 'node:path';
import * as z from 'zod';
import { type EnvFiles, mergeVariables, readEnvFiles } from '../contract/environment/envFiles.ts';
import {
  ConfigError,
  logLevels,
  readVariables,
  type Variables,
} from '../contract/environment/environment.ts';
import { secretPath, secretPaths } from '../contract/environment/secretFiles.ts';
import { secretVariables } from '../contract/environment/secretVariables.ts';
import { ownValue } from '../contract/ownValue.ts';
import { expectedProject, projectPattern } from '../contract/projectName.ts';
import { trimEndOf } from '../contract/text/trimCharacters.ts';
import { expectedNoUserInfo, hasUserInfo, withoutUserInfo } from '../contract/urls/userInfo.ts';

/** The orchestrator's configuration from its environment; empty variables count as unset. */
export interface OrchestratorConfig {
  /** The server to speak to; undefined means the one on this machine. */
  apiBase: string | undefined;
  /** The key for the server that `apiBase` names. */
  apiKey: string | undefined;
  /** Absolute path of the file that it was read from, which may get another one; undefined where it comes from no such file. */
  apiKeyFile: string | undefined;
  /** The server's own key, which stands in for a missing `apiKey`. */
  adminApiKey: string | undefined;
  /** Absolute path of the machine's key. */
  keyFile: string;
  /** Whether the key's file was named, and is not just the one of the data directory. */
  isKeyFileNamed: boolean;
  /** Absolute directory of the embedded database and the journals. */
  dataDir: string;
  /** What holds keys and history: the data directory, the files of variables, and those that variables name. */
  privatePaths: readonly string[];
  /** The project that plans are of which do not name one themselves. */
  project: string | undefined;
  /** Where people reach the server, without a slash at the end, for links in notifications. */
  publicUrl: string | undefined;
  slackWebhook: string | undefined;
  emailWebhook: string | undefined;
  githubApiUrl: string | undefined;
  githubServerUrl: string | undefined;
  /** Colours were refused with NO_COLOR. */
  noColor: boolean;
  /** The terminal is one that only prints (TERM=dumb). */
  onlyPrints: boolean;
  /** The files of variables, for what of them does not count. */
  envFiles: EnvFiles;
  /** All variables, for those that steps name. */
  variables: Variables;
}

/**
 * Reads the orchestrator's variables from the files of variables, if there are any, and the environment, which wins;
 * secrets also from files that those name.
 * @throws ConfigError
 */
export function readConfig(directory: string): OrchestratorConfig {
  const environment = readVariables();
  const files = readEnvFiles(directory, environment);
  return parseConfig(mergeVariables(files, environment, directory), directory, files);
}

/** Checks variables that were read already. @throws ConfigError */
export function parseConfig(
  variables: Variables,
  directory: string,
  envFiles = noEnvFiles(directory),
): OrchestratorConfig {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const got = secret.has(name)
        ? 'something else'
        : JSON.stringify(withoutUserInfo(ownValue(set, name) ?? ''));
      return `${name}: ${message}, got ${got}.`;
    });
    throw new ConfigError(lines.join('\n'));
  }
  const read = parsed.data;
  const dataDir = resolve(directory, read.NIGHTSHIFT_DATA);
  const keyFile = resolve(directory, read.NIGHTSHIFT_KEY_FILE ?? join(dataDir, 'key'));
  return {
    apiBase: read.API_BASE && trimEndOf(read.API_BASE, '/'),
    apiKey: read.API_KEY,
    apiKeyFile: secretPath('API_KEY', variables, directory),
    adminApiKey: read.ADMIN_API_KEY,
    keyFile,
    isKeyFileNamed: read.NIGHTSHIFT_KEY_FILE !== undefined,
    dataDir,
    privatePaths: [dataDir, keyFile, ...envFiles.paths, ...secretPaths(variables, directory)],
    project: read.NIGHTSHIFT_PROJECT,
    publicUrl: read.PUBLIC_URL && trimEndOf(read.PUBLIC_URL, '/'),
    slackWebhook: read.SLACK_WEBHOOK,
    emailWebhook: read.EMAIL_WEBHOOK,
    githubApiUrl: read.GITHUB_API_URL,
    githubServerUrl: read.GITHUB_SERVER_URL,
    noColor: variables.NO_COLOR !== undefined && variables.NO_COLOR !== '',
    onlyPrints: ownValue(variables, 'TERM') === 'dumb',
    variables,
    envFiles,
  };
}

function noEnvFiles(directory: string): EnvFiles {
  const paths = ['.env', '.env.nightshift'].map((name) => resolve(directory, name));
  return { variables: {}, unread: {}, isSettled: true, paths };
}

const secret = new Set<string>(secretVariables);

const httpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'expected an http(s) URL',
    abort: true,
  })
  .refine((text) => !hasUserInfo(text), expectedNoUserInfo);

const schema = z.object({
  API_BASE: httpUrl.optional(),
  API_KEY: z.string().optional(),
  ADMIN_API_KEY: z.string().optional(),
  NIGHTSHIFT_DATA: z.string().default('.nightshift'),
  NIGHTSHIFT_KEY_FILE: z.string().optional(),
  NIGHTSHIFT_PROJECT: z.string().trim().regex(projectPattern, expectedProject).optional(),
  SITE_BASE_URL: httpUrl.optional(),
  PUBLIC_URL: httpUrl.optional(),
  SLACK_WEBHOOK: httpUrl.optional(),
  EMAIL_WEBHOOK: httpUrl.optional(),
  GITHUB_TOKEN: z.string().optional(),
  GITHUB_API_URL: httpUrl.optional(),
  GITHUB_SERVER_URL: httpUrl.optional(),
  // For the server, which may be started within the same command; checked here so that a wrong one is reported at once.
  LOG_LEVEL: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum(logLevels, `expected one of ${logLevels.join(', ')}`))
    .optional(),
});
