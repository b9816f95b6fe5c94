import type { ReactNode } from 'react';
import { shortSha } from '../../../contract/approvals/cardTexts.ts';
import { describeMerge, describeReviews } from '../../../contract/approvals/evidenceText.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { cardTexts } from '../../texts/approvals.ts';
import { readable } from '../../texts/words.ts';
import { DiffSize } from '../InboxRow.tsx';
import css from './Card.module.css';
import { Checks } from './Checks.tsx';
import type { CardApproval, Files } from './card.ts';

const texts = cardTexts.evidence;

/** What speaks for and against it, as the host of the pull request last said. */
export function Evidence({
  approval,
  files,
  isReading,
}: {
  approval: CardApproval;
  files: Files | undefined;
  isReading: boolean;
}): ReactNode {
  const { pullRequest: pull, remark, voidVotes } = approval;
  if (pull === null && remark === null && voidVotes.length === 0) return null;
  const details = pull?.details;
  return (
    <Section title={texts.title}>
      <Facts
        facts={[
          [texts.head, pull?.headSha && <code key="head">{pull.headSha.slice(0, 12)}</code>],
          [texts.state, pull && pull.state !== 'open' && readable(pull.state)],
          [texts.size, details && <DiffSize key="size" {...details} />],
          [
            texts.files,
            details && details.changedFiles > 0 && (
              <LargestFiles key="files" files={files} all={details.changedFiles} isReading={isReading} />
            ),
          ],
          [texts.checks, details && <Checks key="checks" checks={details.checks} />],
          [
            texts.merge,
            details && <Text key="merge">{describeMerge(details.mergeState, details.mergeProblem)}</Text>,
          ],
          [
            texts.reviews,
            details && describeReviews(details) && <Text key="reviews">{describeReviews(details)}</Text>,
          ],
          [
            texts.voids,
            voidVotes.length > 0 && (
              <ul key="voids" className={css.plainList}>
                {voidVotes.map(({ viewer, headSha, compareUrl }) => (
                  <li key={`${viewer} ${headSha}`}>
                    <Text>{texts.void(viewer)}</Text>
                    {headSha !== null && <code> {shortSha(headSha)}</code>}
                    {compareUrl !== null && (
                      <>
                        {': '}
                        <a href={compareUrl} rel="noreferrer">
                          {texts.compare}
                        </a>
                      </>
                    )}
                  </li>
                ))}
              </ul>
            ),
          ],
          [texts.remark, remark && <Text key="remark">{remark}</Text>],
          [' ', pull && !pull.isOwn && texts.notOwn],
          [texts.read, details && <Time key="read" at={details.readAt} seconds />],
        ]}
      />
      {pull?.detailsProblem && (
        <p className={css.care}>
          <Text>{pull.detailsProblem}</Text>
        </p>
      )}
    </Section>
  );
}

function LargestFiles({
  files,
  all,
  isReading,
}: {
  files: Files | undefined;
  all: number;
  isReading: boolean;
}): ReactNode {
  const shown = files?.largest.slice(0, 5);
  const lines = Math.min(all, 5);
  return (
    // As tall as it will be, so that nothing below it moves.
    <div className={css.files} data-lines={isReading || shown !== undefined ? lines : undefined}>
      {shown === undefined ? (
        <span className="muted">{isReading ? texts.filesWait : texts.filesUnknown}</span>
      ) : (
        <ul className={css.plainList}>
          {shown.map(({ path, additions, deletions }) => (
            <li key={path} className={css.file}>
              <span className={css.path} title={path}>
                <Text>{path}</Text>
              </span>
              <span className="numbers muted">{`+${additions} −${deletions}`}</span>
            </li>
          ))}
        </ul>
      )}
      {shown !== undefined && all > shown.length && (
        <span className="muted">{texts.filesOf(shown.length, all)}</span>
      )}
    </div>
  );
}
