import { isPullRequest } from '../../contract/pullLinks.ts';
import type { Queryable } from '../../prisma/database/database.ts';
import { defaultRules } from '../pulls/githubRules.ts';
import { readKnownPulls } from '../pulls/known.ts';
import type { Store } from '../store.ts';
import { type Choice, candidatesIn, chooseOutput } from './chooseOutput.ts';
import type { AttemptReport } from './outcome.ts';
import { type AttemptSource, readOwnRepository } from './ownRepository.ts';

/** The choice where nothing was made. */
export const noChoice: Choice = { outputsUri: null, pull: null, holds: false, remarks: [] };

/**
 * Chooses what an attempt has made, from what the server knows by then: once, in the transaction of its report, so that
 * nothing that is heard later changes what was shown.
 */
export async function readChoice(
  tx: Queryable,
  report: Pick<AttemptReport, 'outputsUri' | 'candidates'>,
  attempt: AttemptSource & { startedAt: string },
  plan: string,
  rules: Store['github'] = defaultRules,
): Promise<Choice> {
  if (report.outputsUri == null && report.candidates.length === 0) return noChoice;
  const mentionsPull = [report.outputsUri, ...report.candidates].some((link) => link && isPullRequest(link));
  const repository = mentionsPull
    ? await readOwnRepository(tx, plan, attempt, rules)
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

/** Binds the open approval of a task to the pull request that is awaited, with what is known of it. */
export async function bindPull(tx: Queryable, taskId: number, { pull: awaited }: Choice): Promise<void> {
  const { pull, counts = false, known } = awaited ?? {};
  if (pull === undefined) return;
  await tx.query({
    name: 'bind_pull',
    text: `UPDATE approvals SET pull_host = $2, pull_owner = $3, pull_repo = $4, pull_number = $5, pull_own = $6,
        pull_state = coalesce($7, 'open'), pull_head = $8, pull_author = $9, pull_author_id = $10, pull_updated_at = $11
      WHERE task_id = $1 AND ended_at IS NULL`,
    values: [
      ...[taskId, pull.host, pull.owner, pull.repo, pull.number, counts],
      ...[known?.state, known?.head, known?.author, known?.authorId, known?.updatedAt],
    ],
  });
}

/** Writes what people should know of a choice as sentences. */
export function remarksOf({ remarks }: Choice): string[] {
  return remarks.map(sentence);
}

/** A name or an address keeps its letters. */
function sentence(text: string): string {
  return `${text.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase())}.`;
}
