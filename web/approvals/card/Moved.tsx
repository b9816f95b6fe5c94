import type { ReactNode } from 'react';
import { shortSha } from '../../../contract/approvals/cardTexts.ts';
import { toWebLink } from '../../../contract/urls/webLink.ts';
import { cardTexts } from '../../texts/approvals.ts';
import type { Shown } from '../shown.ts';
import css from './Card.module.css';
import type { CardApproval } from './card.ts';

const texts = cardTexts.decide;

/** Says that what is shown is no longer what was looked at, with the difference, and lets one go on with what is there now. */
export function Moved({
  seen,
  now,
  approval: { pullRequest },
  onGoOn,
}: {
  seen: Shown;
  now: Shown;
  approval: CardApproval;
  onGoOn: () => void;
}): ReactNode {
  const isHead = seen.approvalId === now.approvalId && seen.outputsUri === now.outputsUri;
  const sha = (one: string | null) => (one === null ? texts.none : shortSha(one));
  const compare =
    isHead && pullRequest !== null && seen.headSha !== null && now.headSha !== null
      ? toWebLink(
          `https://${pullRequest.host}/${pullRequest.owner}/${pullRequest.repo}/compare/${seen.headSha}...${now.headSha}`,
        )
      : undefined;
  return (
    <div className={css.care}>
      <p>{isHead ? texts.moved(sha(seen.headSha), sha(now.headSha)) : texts.changed}</p>
      <span className={css.marks}>
        {compare !== undefined && (
          <a href={compare} rel="noreferrer">
            {texts.whatChanged}
          </a>
        )}
        <button type="button" onClick={onGoOn}>
          {isHead && now.headSha !== null ? texts.goOn(shortSha(now.headSha)) : texts.goOnAnyway}
        </button>
      </span>
    </div>
  );
}
