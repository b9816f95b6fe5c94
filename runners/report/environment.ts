import {
  type EnvFiles,
  lostMessage,
  lostVariables,
  mergeVariables,
  readEnvFiles,
  unreadMessage,
} from '../../contract/environment/envFiles.ts';
import { readVariables } from '../../contract/environment/environment.ts';
import { isUsedDirectory, toldUnread } from '../../contract/environment/usedDirectory.ts';

/** The variables that every runner obeys; what a runner needs beyond them it takes from `variables`. */
export interface RunnerEnvironment {
  /** True under GitHub Actions, where findings become annotations. */
  githubActions: boolean;
  /** Directory of the checkout under Actions; annotations are relative to it. */
  githubWorkspace: string | undefined;
  /** File that takes the job's summary in Markdown. */
  githubStepSummary: string | undefined;
  /** File that takes `key=value` lines for the worker that started this runner. */
  nightshiftOutput: string | undefined;
  /** All variables as they came. */
  variables: Readonly<Record<string, string | undefined>>;
}

/** Reads the variables that runners obey; empty ones count as unset. */
export function readRunnerEnvironment(
  variables: RunnerEnvironment['variables'] = mergeVariables(envFiles(), readVariables(), process.cwd(), [
    'GITHUB_TOKEN',
  ]),
): RunnerEnvironment {
  return {
    githubActions: variables.GITHUB_ACTIONS === 'true',
    githubWorkspace: variables.GITHUB_WORKSPACE || undefined,
    githubStepSummary: variables.GITHUB_STEP_SUMMARY || undefined,
    nightshiftOutput: variables.NIGHTSHIFT_OUTPUT || undefined,
    variables,
  };
}

/** Says which variables of `.env` a runner misses, and whether it may go on without them; nothing where it misses none. */
export function missedVariables(): { message: string; isFatal: boolean } | undefined {
  const variables = readVariables();
  const lost = lostVariables(envFiles(), variables, runnerVariables);
  if (lost.length === 0) return undefined;
  const dataDir = variables.NIGHTSHIFT_DATA || '.nightshift';
  const told = toldUnread(dataDir);
  const isFatal = isUsedDirectory(dataDir) && !lost.every((name) => told.has(name));
  return { message: isFatal ? `error: ${lostMessage(lost)}` : unreadMessage(lost), isFatal };
}

const runnerVariables = ['GITHUB_TOKEN', 'GITHUB_TOKEN_FILE', 'GITHUB_API_URL', 'SITE_BASE_URL', 'SITE_DIR'];

/** The files are read beside the environment and not into it, so that the tools which runners start do not inherit them. */
function envFiles(): EnvFiles {
  try {
    return readEnvFiles(process.cwd(), readVariables());
  } catch {
    return { variables: {}, unread: {}, isSettled: true, paths: [] };
  }
}
