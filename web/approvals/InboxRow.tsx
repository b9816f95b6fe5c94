import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { InboxRowFragment } from '../generated/graphql.ts';
import { Countdown } from '../parts/Countdown.tsx';
import { Text } from '../parts/Text.tsx';
import { approvalTexts as texts } from '../texts/approvals.ts';
import css from './Inbox.module.css';
import { ApprovalMark, CareMark, ChecksMark } from './Mark.tsx';
import { PullTitle } from './PullTitle.tsx';

/** One approval in the inbox: enough to tell it from others. What was decided turns into its outcome where it stands. */
export function InboxRow({
  row,
  isOpen,
  isSelected,
  onSelect,
}: {
  row: InboxRowFragment;
  isOpen: boolean;
  isSelected: boolean;
  onSelect: (isSelected: boolean) => void;
}): ReactNode {
  const { state, task, pullRequest, policy, mayDecide } = row;
  const name = texts.name(task.task, task.databaseId);
  const isPending = state === 'PENDING';
  const isChoosable = isPending && (mayDecide.approve || mayDecide.reject || mayDecide.cancel);
  return (
    <li className={css.row} data-open={isOpen || undefined} data-task={task.databaseId}>
      <input
        type="checkbox"
        aria-label={texts.select(name)}
        checked={isSelected}
        disabled={!isChoosable}
        onChange={({ target }) => onSelect(target.checked)}
      />
      <div className={css.text}>
        <div className={css.line}>
          <Link
            data-row
            to={{ pathname: `/approvals/${task.databaseId}` }}
            aria-current={isOpen || undefined}
            preventScrollReset
          >
            <Text>{task.task}</Text> <span className="numbers">#{task.databaseId}</span>
          </Link>
          <span className={css.when}>{isPending && <When expiresAt={row.expiresAt} />}</span>
        </div>
        <PullTitle row={row} />
        {pullRequest === null && (
          <span className="muted">
            <Text>{task.runId}</Text>
          </span>
        )}
        <div className={css.marks}>
          {!isPending && <ApprovalMark state={state} />}
          {isPending && pullRequest?.details && <ChecksMark state={pullRequest.details.checks.state} />}
          {pullRequest?.details && <DiffSize {...pullRequest.details} />}
          {isPending && policy.risk === 'HIGH' && <CareMark text={texts.highRisk} />}
          {isPending && pullRequest?.details?.isDraft && <CareMark text={texts.draft} />}
          {row.kind === 'GATE' && <span className="muted">{texts.gate}</span>}
          {isPending && policy.required > 1 && (
            <span className="muted">{texts.votes(row.voters.length, policy.required)}</span>
          )}
          {isPending && mayDecide.hasVoted && <span className="muted">{texts.voted}</span>}
        </div>
      </div>
    </li>
  );
}

function When({ expiresAt }: { expiresAt: string | null }): ReactNode {
  if (expiresAt === null) return texts.never;
  return (
    <>
      {texts.expires} <Countdown until={expiresAt} />
    </>
  );
}

/** The size of a change: `+120 −34`, and in how many files. */
export function DiffSize({
  additions,
  deletions,
  changedFiles,
}: {
  additions: number;
  deletions: number;
  changedFiles: number;
}): ReactNode {
  return (
    <span className={`numbers ${css.size}`}>
      <span aria-hidden="true">
        <span className={css.plus}>{`+${additions.toLocaleString('en')}`}</span>{' '}
        <span className={css.minus}>{`−${deletions.toLocaleString('en')}`}</span>{' '}
        <span className="muted">{texts.files(changedFiles)}</span>
      </span>
      <span className="hidden">{texts.changed(additions, deletions, changedFiles)}</span>
    </span>
  );
}
