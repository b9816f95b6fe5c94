import * as z from 'zod';
import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type { PullCheck, PullChecks } from '../../domain/pulls/details.ts';
import type { GithubApi } from './api.ts';
import { checkName, ownAddress, stateOfConclusion, stateOfStatus } from './askChecks.ts';
import { countChecks } from './countChecks.ts';
import { GithubAwayError, GithubError } from './errors.ts';

const runs = z.object({
  total_count: z.int(),
  workflow_runs: z.array(
    z.object({
      name: z.string().nullish(),
      status: z.string().nullish(),
      conclusion: z.string().nullish(),
      html_url: z.string().nullish(),
    }),
  ),
});
const statuses = z.object({
  total_count: z.int(),
  statuses: z.array(z.object({ context: z.string(), state: z.string(), target_url: z.string().nullish() })),
});

const notAll =
  'The GitHub token may not read checks, so only workflows of GitHub Actions and commit statuses were read. A GitHub App with the permission "Checks: read" sees all.';

/**
 * Asks for the workflows and statuses of a head commit by REST, for a token that may not read checks: those of other Apps it
 * cannot see. Undefined where it may read neither. @throws GithubAwayError
 */
export async function askRuns(api: GithubApi, pull: PullHead): Promise<PullChecks | undefined> {
  const repository = `/repos/${encodeURIComponent(pull.owner)}/${encodeURIComponent(pull.repo)}`;
  const head = encodeURIComponent(pull.headSha);
  const found = [
    await unlessRefused(api, `${repository}/actions/runs?head_sha=${head}&per_page=100`, runs),
    await unlessRefused(api, `${repository}/commits/${head}/status?per_page=100`, statuses),
  ] as const;
  const [actions, commit] = found;
  if (actions === undefined && commit === undefined) return undefined;
  const checks: PullCheck[] = [
    ...(actions?.workflow_runs ?? []).map((run) => ({
      name: checkName(run.name ?? 'workflow'),
      state: run.status === 'completed' ? stateOfConclusion(run.conclusion) : ('running' as const),
      isRequired: false,
      url: ownAddress(run.html_url, api.webHost),
    })),
    ...(commit?.statuses ?? []).map((status) => ({
      name: checkName(status.context),
      state: stateOfStatus(status.state),
      isRequired: false,
      url: ownAddress(status.target_url, api.webHost),
    })),
  ];
  return countChecks(checks, { isComplete: false, problem: notAll });
}

async function unlessRefused<S extends z.ZodType>(
  api: GithubApi,
  path: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  try {
    const { success, data } = schema.safeParse((await api.get(path)).data);
    return success ? data : undefined;
  } catch (error) {
    if (error instanceof GithubAwayError || !(error instanceof GithubError)) throw error;
    return undefined;
  }
}
