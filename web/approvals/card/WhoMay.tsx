import type { ReactNode } from 'react';
import { describeVotes } from '../../../contract/approvals/evidenceText.ts';
import { wordOf } from '../../../contract/words/words.ts';
import { Countdown } from '../../parts/Countdown.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { approvalTexts, cardTexts } from '../../texts/approvals.ts';
import type { CardApproval } from './card.ts';

const texts = cardTexts.who;

/** Who has voted, who may still, and until when. */
export function WhoMay({ approval }: { approval: CardApproval }): ReactNode {
  const { policy, voters, mayDecide, expiresAt, state } = approval;
  const isPending = state === 'PENDING';
  const named = [...policy.approvers, ...policy.alsoApprovers];
  const text = (value: string) => value !== '' && <Text>{value}</Text>;
  return (
    <Section title={texts.title}>
      <Facts
        facts={[
          [
            texts.votes,
            text(describeVotes({ voters, isPending, missing: mayDecide.missing, required: policy.required })),
          ],
          [
            texts.may,
            <span key="may">
              {named.length > 0 ? <Text>{[...new Set(named)].join(', ')}</Text> : texts.everyone}
              {policy.denySelf && `, ${texts.denySelf}`}
            </span>,
          ],
          [
            texts.still,
            isPending &&
              voters.length > 0 &&
              mayDecide.stillMay.length > 0 &&
              text(mayDecide.stillMay.join(', ')),
          ],
          [texts.you, isPending && text(youText(approval))],
          [
            texts.expires,
            isPending &&
              (expiresAt === null ? (
                approvalTexts.never
              ) : (
                <span key="expires">
                  <Time at={expiresAt} />{' '}
                  <span className="muted">
                    (<Countdown until={expiresAt} />; {texts.onExpire[wordOf(policy.onExpire)]})
                  </span>
                </span>
              )),
          ],
          [texts.escalated, approval.escalatedAt && <Time key="escalated" at={approval.escalatedAt} />],
          [texts.problem, isPending && approval.problem !== null && text(approval.problem)],
        ]}
      />
    </Section>
  );
}

function youText({ mayDecide, policy }: CardApproval): string {
  if (mayDecide.hasVoted) return texts.hasVoted;
  if (!mayDecide.approve) return '';
  const may = mayDecide.actingFor === null ? texts.mayApprove : texts.mayApproveFor(mayDecide.actingFor);
  return mayDecide.isLast && policy.required > 1 ? `${may}; ${texts.isLast}` : may;
}
