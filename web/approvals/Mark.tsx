import type { ReactNode } from 'react';
import { checksLooks, type MarkLook, markLooks, stateLooks } from '../../contract/approvals/marks.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { ApprovalState, ChecksState } from '../generated/graphql.ts';
import css from '../parts/StatusMark.module.css';
import { approvalTexts } from '../texts/approvals.ts';

/** How an approval stands, by icon, word and colour. */
export function ApprovalMark({ state: name }: { state: ApprovalState }): ReactNode {
  const state = wordOf(name);
  return <Mark look={stateLooks[state]} text={approvalTexts.states[state]} />;
}

/** What the checks of a commit amount to. */
export function ChecksMark({ state: name }: { state: ChecksState }): ReactNode {
  const state = wordOf(name);
  return <Mark look={checksLooks[state]} text={approvalTexts.checks[state]} />;
}

/** Something to be careful about. */
export function CareMark({ text }: { text: string }): ReactNode {
  return <Mark look="unknown" text={text} />;
}

function Mark({ look, text }: { look: MarkLook; text: string }): ReactNode {
  const { tone, path } = markLooks[look];
  return (
    <span className={`${css.mark} ${css[tone]}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
      {text}
    </span>
  );
}
