import { type Choice, candidatesIn, chooseOutput } from '../../contract/outcome/chooseOutput.ts';
import { defaultRules } from '../../contract/pulls/githubRules.ts';
import { isPullRequest } from '../../contract/pulls/pullLinks.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readOwnRepository } from '../plans/ownRepository.ts';
import type { Store } from '../store.ts';
import type { Asked } from '../tasks/openApproval.ts';
import type { AttemptReport } from './attemptReport.ts';
import { readKnownPulls } from './knownPulls.ts';
import type { OpenAttempt } from './openAttempt.ts';

/** The choice where nothing was made. */
export const noChoice: Choice = { outputsUri: null, pull: null, holds: false, remarks: [] };

/**
 * Chooses what an attempt has made, from what the server knows by then: once, in the transaction of its report, so that
 * nothing that is heard later changes what was shown. A pull request that an earlier try has named is named still: the
 * next one may find that there is nothing left to do.
 */
export async function readChoice(
  tx: Queryable,
  { outputsUri, candidates: printed }: Pick<AttemptReport, 'outputsUri' | 'candidates'>,
  attempt: Pick<OpenAttempt, 'taskId' | 'tries' | 'startedAt' | 'origin' | 'repo'>,
  rules: Store['github'] = defaultRules,
): Promise<Choice> {
  const report = { outputsUri, candidates: [...printed, ...(await readEarlierPulls(tx, attempt))] };
  if (outputsUri == null && report.candidates.length === 0) return noChoice;
  const mentionsPull = [report.outputsUri, ...report.candidates].some((link) => link && isPullRequest(link));
  const repository = mentionsPull
    ? await readOwnRepository(tx, attempt, rules)
    : { own: null, isNamed: attempt.repo !== null };
  const candidates = candidatesIn(report, repository, rules);
  const known = await readKnownPulls(
    tx,
    candidates.map(({ pull }) => pull),
    attempt.startedAt,
  );
  const all = candidates.map((candidate, index) => ({ ...candidate, known: known[index] }));
  return chooseOutput(report, all, repository);
}

/** Reads the pull requests that the tries before an attempt came to, since the task was last retried by hand. */
async function readEarlierPulls(
  tx: Queryable,
  { taskId, tries }: Pick<OpenAttempt, 'taskId' | 'tries'>,
): Promise<string[]> {
  if (tries === 1) return [];
  const earlier = await tx.query(linksOfEarlierTries(taskId));
  return earlier.map(({ link }) => link).filter(isPullRequest);
}

const linksOfEarlierTries = statement({
  name: 'links_of_earlier_tries',
  text: `SELECT attempt.outputs_uri AS link FROM task_attempts attempt JOIN agents_tasks tasks ON tasks.id = task_id
      WHERE task_id = $1 AND number > attempt_base AND attempt.finished_at IS NOT NULL AND attempt.outputs_uri IS NOT NULL
      ORDER BY number`,
  row: { link: col.text.sure },
});

/** The pull request of a choice, as the approval is about it. */
export function awaitedOf({ pull }: Choice): Asked['pull'] {
  return pull ? { ...pull.pull, counts: pull.counts, known: pull.known } : undefined;
}

/** Writes what people should know of a choice as sentences. */
export function remarksOf({ remarks }: Choice): string[] {
  return remarks.map(sentence);
}

/** A name or an address keeps its letters. */
function sentence(text: string): string {
  return `${text.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase())}.`;
}
