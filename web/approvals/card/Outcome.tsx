import type { ReactNode } from 'react';
import { wordOf } from '../../../contract/words/words.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { approvalTexts, cardTexts } from '../../texts/approvals.ts';
import { readable } from '../../texts/words.ts';
import { ApprovalMark } from '../Mark.tsx';
import css from './Card.module.css';
import type { CardApproval, CardTask } from './card.ts';

const texts = cardTexts.after;

/** What was decided, by whom and how, and what became of it. */
export function Outcome({ task, approval }: { task: CardTask; approval: CardApproval }): ReactNode {
  const { state, endedAt, pullAction } = approval;
  const decision = task.decisions
    .filter(({ outcome, action }) => outcome === 'DECIDED' && action !== 'WITHDRAW')
    .sort((one, other) => one.decidedAt.localeCompare(other.decidedAt))
    .at(-1);
  const who = decision?.viewer ?? approval.task.approver;
  const note = decision?.note ?? task.approvalNote;
  return (
    <Section title={texts.title} tools={<ApprovalMark state={state} />}>
      {who !== null && (
        <p className={css.title}>
          <Text>
            {texts.by(approvalTexts.states[wordOf(state)], who) +
              (decision?.actingFor ? ` ${texts.actingFor(decision.actingFor)}` : '')}
          </Text>
        </p>
      )}
      <Facts
        facts={[
          [texts.at, <Time key="at" at={decision?.decidedAt ?? endedAt} />],
          [texts.via, decision && readable(decision.via)],
          [texts.head, decision?.headSha && <code key="head">{decision.headSha.slice(0, 12)}</code>],
          [texts.note, note && <Text key="note">{note}</Text>],
          [
            texts.pull,
            pullAction && (
              <span key="pull">
                <Text>{texts.pullAction[pullAction.state]?.(pullAction.action) ?? pullAction.action}</Text>
                {pullAction.error !== null && (
                  <>
                    {'. '}
                    <Text>{pullAction.error}</Text>
                  </>
                )}
              </span>
            ),
          ],
        ]}
      />
    </Section>
  );
}
