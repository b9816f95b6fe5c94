import { lazy, type ReactNode, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { DecisionAction } from '../../../contract/words/decisions.ts';
import { useAsk } from '../../data/useAsk.ts';
import { ApprovalCardDocument, ApprovalEvidenceDocument } from '../../generated/graphql.ts';
import { useNews } from '../../live/useLive.ts';
import { Empty } from '../../parts/states/Empty.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { approvalTexts, cardTexts as texts } from '../../texts/approvals.ts';
import { ApprovalMark, CareMark } from '../Mark.tsx';
import css from './Card.module.css';
import type { CardApproval, CardTask, Files, Question } from './card.ts';
import { Decide } from './Decide.tsx';
import { Evidence } from './Evidence.tsx';
import { Outcome } from './Outcome.tsx';
import { What } from './What.tsx';
import { WhoMay } from './WhoMay.tsx';

const DecideDialog = lazy(() => import('../decide/DecideDialog.tsx'));

/** All that one needs to decide about a task, and what came of it once somebody has. */
export function Card({
  task: id,
  isAlone,
  wish,
  onWish,
}: {
  task: number;
  /** Whether the list does not stand beside it. */
  isAlone: boolean;
  /** What a key asked for. */
  wish: DecisionAction | undefined;
  onWish: (wish: DecisionAction | undefined) => void;
}): ReactNode {
  const isId = Number.isInteger(id) && id > 0 && id < 2 ** 31;
  const { data, error, refetch } = useAsk(ApprovalCardDocument, { task: id }, { enabled: isId });
  const task = data?.task;
  const approval = task?.approval;
  useNews(({ ids, isGap }) => {
    const isOurs = (task && ids.has(task.id)) || (approval && ids.has(approval.id));
    return isGap || isOurs ? refetch() : undefined;
  });
  const evidence = useEvidence(id, approval, () => void refetch());
  const [question, setQuestion] = useState<Question>();
  const back = isAlone && (
    <Link className={css.back} to="/approvals">
      ‹ {texts.back}
    </Link>
  );
  if (task && approval)
    return (
      <article className={css.card} onKeyDown={backToRow}>
        {back}
        <Head task={task} approval={approval} isAlone={isAlone} />
        <What task={task} approval={approval} />
        <Evidence approval={approval} files={evidence.files} isReading={evidence.isReading} />
        <WhoMay approval={approval} />
        {approval.state === 'PENDING' ? (
          <Decide approval={approval} wish={wish} onWish={onWish} onAsk={setQuestion} />
        ) : (
          <Outcome task={task} approval={approval} />
        )}
        {question && (
          <Suspense>
            <DecideDialog {...question} onClose={() => setQuestion(undefined)} />
          </Suspense>
        )}
      </article>
    );
  return (
    <article className={css.card}>
      {back}
      {task === null || !isId ? (
        <Empty {...texts.missing} />
      ) : task ? (
        <Empty {...texts.noApproval}>
          <Link to={`/tasks/${id}`}>{texts.toTask}</Link>
        </Empty>
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={10} />
      )}
    </article>
  );
}

function Head({
  task,
  approval,
  isAlone,
}: {
  task: CardTask;
  approval: CardApproval;
  isAlone: boolean;
}): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const Heading = isAlone ? 'h1' : 'h2';
  useEffect(() => {
    // The row that led here is no longer there.
    if (isAlone) heading.current?.focus({ preventScroll: true });
  }, [isAlone]);
  return (
    <header className={css.head}>
      <Heading ref={heading} tabIndex={-1} data-card>
        <Text>{approval.task.task}</Text> <span className="muted numbers">#{task.databaseId}</span>
      </Heading>
      <ApprovalMark state={approval.state} />
      {approval.policy.risk === 'HIGH' && <CareMark text={approvalTexts.highRisk} />}
      <Link className={css.toTask} to={`/tasks/${task.databaseId}`}>
        {texts.toTask}
      </Link>
    </header>
  );
}

/** Has the host of the pull request asked when the card is opened, and again when its head moves. */
function useEvidence(
  task: number,
  approval: CardApproval | null | undefined,
  onRead: () => void,
): { files: Files | undefined; isReading: boolean } {
  const head = approval?.pullRequest?.headSha ?? undefined;
  const enabled = approval?.state === 'PENDING' && head !== undefined;
  const { data, dataUpdatedAt, isFetching, refetch } = useAsk(
    ApprovalEvidenceDocument,
    { task },
    { enabled },
  );
  const read = useEffectEvent(onRead);
  useEffect(() => {
    if (dataUpdatedAt > 0) read();
  }, [dataUpdatedAt]);
  const lastHead = useRef(head);
  useEffect(() => {
    if (enabled && lastHead.current !== undefined && lastHead.current !== head) void refetch();
    lastHead.current = head;
  }, [enabled, head, refetch]);
  return { files: data?.task?.approval?.pullRequest?.files, isReading: isFetching };
}

/** Escape leads from the card back to its row. */
function backToRow({ key, defaultPrevented }: { key: string; defaultPrevented: boolean }): void {
  if (key === 'Escape' && !defaultPrevented && document.querySelector('[role="dialog"]') === null)
    document.querySelector<HTMLElement>('[data-row][aria-current]')?.focus();
}
