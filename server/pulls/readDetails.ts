import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type { PullChecks } from '../../domain/pulls/details.ts';
import type { ReadDetails } from '../../domain/pulls/noteDetails.ts';
import type { Logger } from '../log.ts';
import { type GithubApi, pathOf } from './api.ts';
import { askChecks } from './askChecks.ts';
import { type AskedDetails, askDetails, type Points } from './askDetails.ts';
import { askRuns } from './askRuns.ts';
import { uncountedChecks } from './countChecks.ts';
import { GithubAwayError, GithubError } from './errors.ts';

/** Reads a pull request as those see it who decide. */
export interface DetailsReading {
  /** Reads it, and which head commit it has. @throws GithubError */
  read(api: GithubApi, pull: PullHead): Promise<ReadDetails & { headSha: string }>;
  /** Whether so few points are left that only what somebody looks at is read. */
  isLow(): boolean;
}

/** With fewer points the rest is kept for what people open. */
const fewPoints = 500;
/** For how long a token that was refused the checks of a repository is not asked for them again. */
const refusedForMs = 3_600_000;
const maxRefused = 1000;

/** Makes what reads pull requests; it knows what is left of GitHub's points, and where checks are refused. */
export function openDetailsReading(log: Logger): DetailsReading {
  let lowUntil = 0;
  const refused = new Map<string, number>();

  const spend = (points: Points, pull: PullHead, what: string) => {
    if (points == null) return;
    log.debug({ pull: nameOf(pull), what, ...points }, 'Asked GitHub about a pull request by GraphQL');
    lowUntil = points.remaining < fewPoints ? Date.parse(points.resetAt) || 0 : 0;
  };

  /** Asks for checks in the one way that the token is allowed. */
  const checksOf = async (
    api: GithubApi,
    pull: PullHead,
  ): Promise<{ headSha: string; checks: PullChecks }> => {
    const repository = `${pull.owner}/${pull.repo}`.toLowerCase();
    let why = 'The GitHub token may not read the checks of this repository.';
    if ((refused.get(repository) ?? 0) <= performance.now())
      try {
        const { points, ...asked } = await askChecks(api, pull);
        spend(points, pull, 'checks');
        return asked;
      } catch (error) {
        if (error instanceof GithubAwayError || !(error instanceof GithubError)) throw error;
        why = `${error.message}.`;
        refused.delete(repository);
        refused.set(repository, performance.now() + refusedForMs);
        if (refused.size > maxRefused) refused.delete(refused.keys().next().value ?? '');
      }
    return { headSha: pull.headSha, checks: (await askRuns(api, pull)) ?? uncountedChecks(why) };
  };

  return {
    isLow: () => Date.now() < lowUntil,
    async read(api, pull) {
      for (let isAgain = false; ; isAgain = true) {
        const asked = await askDetails(api, pull);
        const { headSha, details, points } = asked;
        spend(points, pull, 'details');
        const found = await unlessAway(() => checksOf(api, { ...pull, headSha }));
        // A push between the two: both are asked once more.
        const isMoved = found.headSha !== undefined && found.headSha !== headSha;
        if (isMoved && !isAgain) continue;
        const checks = isMoved
          ? uncountedChecks('A push came while they were read.')
          : withRollup(found.checks, asked);
        const isWorkingOut = details.mergeState === 'working_out';
        // That somebody asks for it by REST has GitHub work it out.
        if (isWorkingOut) await api.get(pathOf(pull)).catch(ignoreGithub);
        return { headSha, details, checks, isUnfinished: isWorkingOut || isMoved };
      }
    },
  };
}

/** The rest is worth keeping where the checks cannot be asked for now. */
async function unlessAway(
  ask: () => Promise<{ headSha: string; checks: PullChecks }>,
): Promise<{ headSha?: string; checks: PullChecks }> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof GithubAwayError)) throw error;
    return { checks: uncountedChecks(`${error.message}.`) };
  }
}

/** What GitHub itself says that checks amount to counts where not all of them could be read. */
function withRollup(checks: PullChecks, { rollup }: Pick<AskedDetails, 'rollup'>): PullChecks {
  if (checks.isComplete || rollup === undefined) return checks;
  if (rollup !== null) return { ...checks, state: rollup };
  const { passed, failed, running, skipped } = checks;
  return [passed, failed, running, skipped].every((number) => number === 0)
    ? { ...checks, state: 'none' }
    : checks;
}

function ignoreGithub(error: unknown): void {
  if (!(error instanceof GithubError)) throw error;
}

function nameOf({ owner, repo, number }: PullHead): string {
  return `${owner}/${repo}#${number}`;
}
