import { type ReactNode, useEffect, useEffectEvent, useId, useState } from 'react';
import { shortSha } from '../../../contract/approvals/cardTexts.ts';
import type { DecisionAction } from '../../../contract/words/decisions.ts';
import { signInPath } from '../../data/base.ts';
import { useAsk } from '../../data/useAsk.ts';
import { PageViewerDocument } from '../../generated/graphql.ts';
import { announce } from '../../parts/announce.ts';
import { Text } from '../../parts/Text.tsx';
import { cardTexts, decisionTexts } from '../../texts/approvals.ts';
import { decide, type Result } from '../decide/decide.ts';
import { NoteField } from '../decide/NoteField.tsx';
import { ResultLine } from '../decide/ResultLine.tsx';
import { freshSignInPath } from '../freshSignIn.ts';
import { isSameShown, type Shown, shownOf } from '../shown.ts';
import css from './Card.module.css';
import type { CardApproval, Question } from './card.ts';
import { Moved } from './Moved.tsx';

const texts = cardTexts.decide;

/** Decides about what is shown, and nothing else: where that changes, it asks to look again first. */
export function Decide({
  approval,
  wish,
  onWish,
  onAsk,
}: {
  approval: CardApproval;
  /** What is to be asked about, by a button or a key. */
  wish: DecisionAction | undefined;
  onWish: (wish: DecisionAction | undefined) => void;
  onAsk: (question: Question) => void;
}): ReactNode {
  const { mayDecide, consequence } = approval;
  const id = useId();
  const [seen, setSeen] = useState(() => shownOf(approval));
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const isAnonymous = useAsk(PageViewerDocument, {}).data?.viewer.kind === 'ANONYMOUS';
  const now = shownOf(approval);
  const isMoved = !isSameShown(seen, now);
  const may = rightsOf(approval, isMoved);
  const follow = useEffectEvent((action: DecisionAction) => {
    if (may[action]) onAsk({ action, items: [{ row: approval, shown: seen }], firstNote: note });
    else announce(whyText(action, approval, isMoved, seen));
    onWish(undefined);
  });
  useEffect(() => {
    if (wish !== undefined) follow(wish);
  }, [wish]);
  const approve = async () => {
    setBusy(true);
    const [one] = await decide('approve', [seen], note);
    setBusy(false);
    setResult(one);
    announce(one?.text ?? '');
  };
  const isVote = mayDecide.approve && !mayDecide.hasVoted && !mayDecide.isLast && mayDecide.missing > 1;
  return (
    <section className={css.decide} aria-labelledby={id}>
      <h2 id={id} className="hidden">
        {texts.title}
      </h2>
      <p>
        <Text>{texts.approving(consequence.text)}</Text> {isVote && texts.vote(mayDecide.missing)}
      </p>
      <NoteField value={note} onChange={setNote} isDisabled={isBusy} />
      <div className={css.buttons}>
        {mayDecide.needsFreshSignIn && !mayDecide.approve ? (
          <a
            className="button primary"
            href={freshSignInPath()}
            onClick={(event) => {
              // Where the page is when the link is followed.
              event.currentTarget.href = freshSignInPath(`/approvals/${approval.task.databaseId}`);
            }}
          >
            {texts.freshLink}
          </a>
        ) : (
          <button
            type="button"
            className="primary"
            disabled={!may.approve || isBusy}
            onClick={() => void approve()}
          >
            {isBusy
              ? texts.busy
              : seen.headSha === null
                ? texts.approve
                : texts.approveCommit(shortSha(seen.headSha))}
          </button>
        )}
        <span className={css.apart}>
          <button type="button" disabled={!may.reject || isBusy} onClick={() => onWish('reject')}>
            {texts.reject}
          </button>
          <button type="button" disabled={!may.cancel || isBusy} onClick={() => onWish('cancel')}>
            {texts.cancel}
          </button>
        </span>
      </div>
      <div className={css.said} role="status">
        {isMoved && <Moved seen={seen} now={now} approval={approval} onGoOn={() => setSeen(now)} />}
        {result && !(result.ok && approval.state !== 'PENDING') && <ResultLine result={result} />}
        {mayDecide.needsFreshSignIn && !mayDecide.approve && <p>{texts.fresh}</p>}
        {isAnonymous ? (
          <p>
            {texts.anonymous} <a href={signInPath()}>{texts.signIn}</a>
          </p>
        ) : (
          <WhyNot approval={approval} />
        )}
      </div>
    </section>
  );
}

/** Why each button is off, once where the reason is the same. */
function WhyNot({ approval: { mayDecide } }: { approval: CardApproval }): ReactNode {
  const reasons = new Map<string, string>();
  const add = (why: string | null, text: string) =>
    why !== null && !reasons.has(why) && reasons.set(why, text);
  if (!mayDecide.needsFreshSignIn && mayDecide.whyNotApprove !== null)
    add(mayDecide.whyNotApprove, texts.whyNot.approve(mayDecide.whyNotApprove));
  if (mayDecide.whyNotReject !== null)
    add(mayDecide.whyNotReject, texts.whyNot.reject(mayDecide.whyNotReject));
  if (mayDecide.whyNotCancel !== null)
    add(mayDecide.whyNotCancel, texts.whyNot.cancel(mayDecide.whyNotCancel));
  return [...reasons.values()].map((text) => (
    <p key={text}>
      <Text>{text}</Text>
    </p>
  ));
}

function rightsOf({ mayDecide }: CardApproval, isMoved: boolean): Record<DecisionAction, boolean> {
  return {
    approve: mayDecide.approve && !mayDecide.hasVoted && !isMoved,
    reject: mayDecide.reject && !isMoved,
    cancel: mayDecide.cancel && !isMoved,
  };
}

function whyText(
  action: DecisionAction,
  { mayDecide, ...approval }: CardApproval,
  isMoved: boolean,
  seen: Shown,
): string {
  if (isMoved)
    return texts.moved(
      seen.headSha === null ? texts.none : shortSha(seen.headSha),
      approval.pullRequest?.headSha ? shortSha(approval.pullRequest.headSha) : texts.none,
    );
  if (action === 'approve' && mayDecide.needsFreshSignIn) return texts.fresh;
  if (action === 'approve' && mayDecide.hasVoted) return `${cardTexts.who.you} ${cardTexts.who.hasVoted}`;
  const why = {
    approve: mayDecide.whyNotApprove,
    reject: mayDecide.whyNotReject,
    cancel: mayDecide.whyNotCancel,
  };
  return why[action] === null ? decisionTexts.refused.notAwaiting : texts.whyNot[action](why[action]);
}
