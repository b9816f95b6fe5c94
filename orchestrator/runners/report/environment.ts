import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { overEnvFile, withSecretFiles } from '../../../contract/secretFiles.ts';
import { readVariables } from '../../config.ts';

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
  variables: RunnerEnvironment['variables'] = withSecretFiles(
    overEnvFile(readEnvFile(), readVariables()),
    process.cwd(),
    ['GITHUB_TOKEN'],
  ),
): RunnerEnvironment {
  return {
    githubActions: variables.GITHUB_ACTIONS === 'true',
    githubWorkspace: variables.GITHUB_WORKSPACE || undefined,
    githubStepSummary: variables.GITHUB_STEP_SUMMARY || undefined,
    nightshiftOutput: variables.NIGHTSHIFT_OUTPUT || undefined,
    variables,
  };
}

/** A `.env` file is read beside the environment and not into it, so that the tools which runners start do not inherit it. */
function readEnvFile(): RunnerEnvironment['variables'] {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch {
    return {};
  }
}
