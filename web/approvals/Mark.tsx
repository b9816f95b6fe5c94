import type { ReactNode } from 'react';
import { wordOf } from '../../contract/words/words.ts';
import type { ApprovalState, ChecksState } from '../generated/graphql.ts';
import mark from '../parts/StatusMark.module.css';
import { approvalTexts } from '../texts/approvals.ts';

interface Look {
  tone: string | undefined;
  shape: ReactNode;
}

const looks = {
  good: { tone: mark.good, shape: <path d="m3 8.5 3.2 3.2L13 4.8" /> },
  bad: { tone: mark.bad, shape: <path d="m4 4 8 8m0-8-8 8" /> },
  wait: { tone: mark.wait, shape: <path d="M5.5 3.5v9m5-9v9" /> },
  busy: { tone: mark.busy, shape: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5M8 5v3l2 1.5" /> },
  calm: { tone: mark.calm, shape: <path d="M3.5 8h9" /> },
  unknown: { tone: mark.wait, shape: <path d="M8 3v6m0 3.2v.3" /> },
} satisfies Record<string, Look>;

const states: Record<ApprovalState, keyof typeof looks> = {
  PENDING: 'wait',
  APPROVED: 'good',
  REJECTED: 'bad',
  CANCELLED: 'calm',
  EXPIRED: 'bad',
};

const checks: Record<ChecksState, keyof typeof looks> = {
  PASSED: 'good',
  FAILED: 'bad',
  RUNNING: 'busy',
  NONE: 'calm',
  UNAVAILABLE: 'unknown',
};

/** How an approval stands, by icon, word and colour. */
export function ApprovalMark({ state }: { state: ApprovalState }): ReactNode {
  return <Mark look={states[state]} text={approvalTexts.states[wordOf(state)]} />;
}

/** What the checks of a commit amount to; those that could not be read never look like none. */
export function ChecksMark({ state }: { state: ChecksState }): ReactNode {
  return <Mark look={checks[state]} text={approvalTexts.checks[wordOf(state)]} />;
}

/** Something to be careful about. */
export function CareMark({ text }: { text: string }): ReactNode {
  return <Mark look="unknown" text={text} />;
}

function Mark({ look, text }: { look: keyof typeof looks; text: string }): ReactNode {
  const { tone, shape } = looks[look];
  return (
    <span className={`${mark.mark} ${tone}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {shape}
      </svg>
      {text}
    </span>
  );
}
