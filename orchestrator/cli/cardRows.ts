import type { ApprovalCard, Evidence, Task } from '../../client/index.ts';
import { cutEnd } from '../../contract/input/cutText.ts';
import { plural } from '../../contract/text/plural.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { narrowName, narrowText, narrowTime } from './narrowing.ts';
import type { Printer } from './output.ts';
import { taskFields } from './taskRows.ts';

/** An approval that waits, with its task and what is known of its pull request. */
export type WaitingCard = ApprovalCard & { task: Task; pullRequest: { details: Evidence | null } | null };

/** How approvals are printed that wait for a decision. */
export function cardPrinter(mine: boolean): Printer<WaitingCard> {
  return {
    empty: mine ? 'Nothing needs your approval.' : 'Nothing needs approval.',
    columns: [
      { head: 'ID', show: ({ task }) => String(task.databaseId) },
      { head: 'TASK', show: ({ task }) => task.task, narrow: narrowName },
      { head: 'RUN', show: ({ task }) => task.runId, narrow: narrowName },
      { head: 'VOTES', show: ({ voters, policy }) => `${voters.length} of ${policy.required}` },
      { head: 'EXPIRES', show: ({ expiresAt }) => showTime(expiresAt), narrow: narrowTime },
      { head: 'ABOUT', show: describeCard, narrow: narrowText },
    ],
    fields: cardFields,
  };
}

const cardFields: Printer<WaitingCard>['fields'] = {
  ...Object.fromEntries(
    Object.entries(taskFields).map(([name, show]) => [name, ({ task }: WaitingCard) => show(task)]),
  ),
  required: ({ policy }) => policy.required,
  voters: ({ voters }) => voters,
  expires_at: ({ expiresAt }) => expiresAt,
  pull_title: ({ pullRequest }) => pullRequest?.details?.title ?? null,
  additions: ({ pullRequest }) => pullRequest?.details?.additions ?? null,
  deletions: ({ pullRequest }) => pullRequest?.details?.deletions ?? null,
  changed_files: ({ pullRequest }) => pullRequest?.details?.changedFiles ?? null,
  checks: ({ pullRequest }) => (pullRequest?.details ? wordOf(pullRequest.details.checks.state) : null),
  consequence: ({ consequence }) => consequence.text,
};

/** How much of a title stands in a list. */
const maxTitle = 80;

/** What one must know first: the change, its checks, where it is, and what approving does. */
function describeCard({ task, pullRequest, consequence, mayDecide }: WaitingCard): string {
  const details = pullRequest?.details;
  const facts = [
    details && cutEnd(describeTitle(details), maxTitle),
    details && describeSize(details),
    details && describeChecks(details),
    task.reason,
    `approving ${consequence.text}`,
    mayDecide.hasVoted && 'you have approved it',
    task.outputsUri,
  ];
  return facts.filter(Boolean).join('; ');
}

/** Writes the title of a pull request. */
export function describeTitle({ title, isDraft }: Pick<Evidence, 'title' | 'isDraft'>): string {
  return isDraft ? `${title} (draft)` : title;
}

/** Writes how much a pull request changes. */
export function describeSize({
  additions,
  deletions,
  changedFiles,
}: Pick<Evidence, 'additions' | 'deletions' | 'changedFiles'>): string {
  return `+${additions} -${deletions} in ${plural(changedFiles, 'file')}`;
}

/** Says how the checks of a pull request stand; that they cannot be read is not that there are none. */
export function describeChecks({ checks }: Pick<Evidence, 'checks'>): string {
  const { state, ...counts } = checks;
  if (state === 'NONE') return 'no checks';
  if (state === 'UNAVAILABLE') return 'checks unavailable';
  const counted = (['passed', 'failed', 'running'] as const).filter((word) => (counts[word] ?? 0) > 0);
  if (counted.length === 0) return `checks ${wordOf(state)}`;
  return `checks: ${counted.map((word) => `${counts[word]} ${word}`).join(', ')}`;
}
