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
  /** Directory of Nightshift's own data, relative to the working directory unless absolute. */
  nightshiftData: string;
  /** All variables as they came. */
  variables: Readonly<Record<string, string | undefined>>;
}

/** Reads the variables that runners obey; empty ones count as unset. The only place of the runners that touches `process.env`. */
export function readRunnerEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): RunnerEnvironment {
  return {
    githubActions: variables.GITHUB_ACTIONS === 'true',
    githubWorkspace: variables.GITHUB_WORKSPACE || undefined,
    githubStepSummary: variables.GITHUB_STEP_SUMMARY || undefined,
    nightshiftOutput: variables.NIGHTSHIFT_OUTPUT || undefined,
    nightshiftData: variables.NIGHTSHIFT_DATA || '.nightshift',
    variables,
  };
}
