import type { Client } from '../../client/index.ts';
import { wordOf } from '../../contract/words/words.ts';
import { describeChecks, describeSize, describeTitle } from './cardRows.ts';

/** What whoever decides wants to know of an approval. */
export type Card = NonNullable<Awaited<ReturnType<Client['approvalCard']>>>;

/** What whoever decides wants to know of the pull request, and what approving does. */
export function cardRows({ pullRequest, consequence, mayDecide, voidVotes }: Card): [string, string][] {
  const details = pullRequest?.details;
  const dismissed = voidVotes.map(({ viewer }) => viewer).join(', ');
  return [
    ['Title', details ? describeTitle(details) : ''],
    ['Change', details ? `${describeSize(details)}; ${describeChecks(details)}` : ''],
    ['Merge', details?.mergeProblem ? `not possible now: ${details.mergeProblem}` : ''],
    ['Not read', pullRequest?.detailsProblem ?? ''],
    ['Dismissed', dismissed === '' ? '' : `approvals of ${dismissed}, by a new push`],
    ['Approving', consequence.text],
    ['You', mayDecide.hasVoted ? 'have approved it' : describeRight(mayDecide)],
  ];
}

function describeRight({ approve, whyNotApprove }: Card['mayDecide']): string {
  return approve ? '' : `may not approve it: ${whyNotApprove}`;
}

/** The same by names in the manner of the REST API; nothing where nothing waits. */
export function cardRecord(card: Card | null): object {
  if (card === null) return {};
  const { pullRequest, consequence, mayDecide } = card;
  const details = pullRequest?.details;
  return {
    consequence: consequence.text,
    missing: mayDecide.missing,
    may_approve: mayDecide.approve,
    why_not: mayDecide.whyNotApprove,
    details: details && {
      title: details.title,
      is_draft: details.isDraft,
      additions: details.additions,
      deletions: details.deletions,
      changed_files: details.changedFiles,
      merge_problem: details.mergeProblem,
      checks: { ...details.checks, state: wordOf(details.checks.state) },
    },
    details_problem: pullRequest?.detailsProblem ?? null,
  };
}
