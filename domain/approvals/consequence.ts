import { decidedAbout } from '../../contract/decidedAbout.ts';
import { isListed } from '../../contract/pulls/githubRules.ts';
import { readsPull } from '../../contract/pulls/pullReach.ts';
import { plural } from '../../contract/text/plural.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';
import type { Approval } from './approval.ts';

/** What happens once an approval is approved. */
export interface Consequence {
  /** The same in words, to follow "Approving it": `merges commit 5f2c8a1c into main and releases 3 steps`. */
  text: string;
  /** What is done to the pull request: `merge` or `label:NAME`; null for nothing. */
  pullAction: string | null;
  /** The command that a gate lets run, or what its plan gives in place of one; null for none. */
  runs: string | null;
  /** How many steps of the run wait for it. */
  releases: number;
}

/** What a consequence is told from. */
export interface ConsequenceSource {
  approval: Pick<Approval, 'kind' | 'policy' | 'pullRequest'>;
  /** What the task was given. */
  inputs: unknown;
  /** The base branch of the pull request, where that is known. */
  baseRef: string | null;
  /** How many steps wait for the task. */
  waiting: number;
}

/** Says what approving will do, from the policy, the pull request and the plan, as far as the server can do it. */
export function consequenceOf(
  { approval, inputs, baseRef, waiting }: ConsequenceSource,
  setting: Pick<Store, 'pullReach' | 'github'>,
): Consequence {
  if (approval.kind === 'gate') {
    const about = decidedAbout({ isGate: true, inputs, outputsUri: null });
    const runs = about?.text ?? null;
    const text =
      about === null
        ? 'runs the step'
        : `runs the ${about.label === 'Command' ? 'command' : 'step with'}: ${about.text}`;
    return { text, runs, pullAction: null, releases: 0 };
  }
  const { action, text } = pullEffect(approval, baseRef, setting);
  const released = waiting > 0 ? `releases ${plural(waiting, 'step')}` : undefined;
  const parts = [text, released].filter((one) => one !== undefined);
  return {
    text: parts.length === 0 ? 'marks the task as succeeded' : parts.join(' and '),
    pullAction: action,
    runs: null,
    releases: waiting,
  };
}

interface PullEffect {
  action: string | null;
  text?: string;
}

function pullEffect(
  { policy: { onApprove }, pullRequest }: ConsequenceSource['approval'],
  baseRef: string | null,
  { pullReach, github }: Pick<Store, 'pullReach' | 'github'>,
): PullEffect {
  if (onApprove === 'none' || pullRequest === null) return { action: null };
  const { owner, repo, number, headSha, isOwn, state, unreadable } = pullRequest;
  const name = `${owner}/${repo}#${number}`;
  const isMerge = onApprove === 'merge';
  const isReached = readsPull({ ...pullRequest, isUnreadable: unreadable !== null }, pullReach);
  const isAllowed = github === undefined || github.repositories.length === 0 || isListed(github, pullRequest);
  // What the database and the server ask before they do it.
  if (!isOwn || state !== 'open' || !isReached || !isAllowed)
    return { action: null, text: `does not ${isMerge ? 'merge' : 'label'} ${name}` };
  const into = baseRef === null ? '' : ` into ${baseRef}`;
  const commit = headSha === null ? '' : ` commit ${headSha.slice(0, 8)} of`;
  return {
    action: onApprove,
    text: isMerge
      ? `merges${commit} ${name}${into}`
      : `adds the label ${onApprove.replace(/^label:/, '')} to ${name}`,
  };
}

/** Counts the steps that wait for each of several tasks with one statement, in the order of the ids. */
export async function countWaiting(db: Queryable, taskIds: readonly number[]): Promise<number[]> {
  const found = await db.query(stepsThatWait(taskIds));
  const byTask = new Map(found.map(({ id, count }) => [id, count]));
  return taskIds.map((id) => byTask.get(id) ?? 0);
}

const stepsThatWait = statement({
  name: 'steps_that_wait',
  text: `SELECT task.id, count(*)::int AS count FROM agents_tasks task JOIN runs USING (run_id) JOIN plans ON hash = plan_hash
        CROSS JOIN LATERAL jsonb_array_elements(definition -> 'steps') WITH ORDINALITY AS planned (step, place)
        JOIN agents_tasks waiting ON waiting.run_id = task.run_id AND waiting.step IS NOT NULL AND waiting.step = planned.place - 1
      WHERE task.id = ANY($1::int[]) AND task.step IS NOT NULL AND waiting.status = 'queued'
        AND planned.step -> 'needs' ? task.task
      GROUP BY task.id`,
  row: { id: col.int, count: col.int },
});
