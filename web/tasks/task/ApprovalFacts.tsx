import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { toWebLink } from '../../../contract/urls/webLink.ts';
import { wordOf } from '../../../contract/words/words.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { taskViewTexts } from '../../texts/tasks.ts';
import { approvalWords } from '../../texts/words.ts';
import type { Task } from './task.ts';

const texts = taskViewTexts.approval;

/** The latest approval of a task: who may decide, and what was decided. */
export function ApprovalFacts({
  task,
  approval,
}: {
  task: Task;
  approval: NonNullable<Task['approval']>;
}): ReactNode {
  const { policy, voters, pullRequest } = approval;
  const text = (value: string | null) => value !== null && value !== '' && <Text>{value}</Text>;
  return (
    <Section
      title={texts.title}
      tools={
        <Link to={`/approvals/${task.databaseId}`}>
          {approval.state === 'PENDING' ? texts.decide : texts.card}
        </Link>
      }
    >
      <Facts
        facts={[
          [texts.state, approvalWords[wordOf(approval.state)]],
          [texts.approvers, policy.approvers.length > 0 ? text(policy.approvers.join(', ')) : texts.everyone],
          [texts.required, policy.required > 1 && policy.required],
          [texts.voters, voters.length > 0 && text(voters.join(', '))],
          [texts.requested, <Time key="requested" at={approval.requestedAt} />],
          [
            texts.expires,
            approval.endedAt === null && approval.expiresAt && <Time key="expires" at={approval.expiresAt} />,
          ],
          [texts.ended, approval.endedAt && <Time key="ended" at={approval.endedAt} />],
          [texts.by, text(task.approver)],
          [texts.note, text(task.approvalNote)],
          [texts.pull, pullRequest && <Pull key="pull" pull={pullRequest} />],
          [texts.head, pullRequest?.headSha && <code key="head">{pullRequest.headSha.slice(0, 12)}</code>],
          [texts.effect, policy.onApprove !== 'none' && text(policy.onApprove)],
          [texts.problem, text(approval.problem)],
          [texts.notified, task.webhookNotifiedAt && <Time key="notified" at={task.webhookNotifiedAt} />],
          [texts.notifyError, text(task.webhookError)],
        ]}
      />
    </Section>
  );
}

function Pull({ pull }: { pull: NonNullable<NonNullable<Task['approval']>['pullRequest']> }): ReactNode {
  const { host, owner, repo, number } = pull;
  const href = toWebLink(`https://${host}/${owner}/${repo}/pull/${number}`);
  const name = `${owner}/${repo}#${number}`;
  return href === undefined ? (
    <Text>{name}</Text>
  ) : (
    <a href={href} rel="noreferrer">
      <Text>{name}</Text>
    </a>
  );
}
