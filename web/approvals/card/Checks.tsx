import type { ReactNode } from 'react';
import { describeCheck, describeCounts, describeUnread } from '../../../contract/approvals/evidenceText.ts';
import { toWebLink } from '../../../contract/urls/webLink.ts';
import { Text } from '../../parts/Text.tsx';
import { ChecksMark } from '../Mark.tsx';
import css from './Card.module.css';
import type { CardApproval } from './card.ts';

type ChecksOf = NonNullable<NonNullable<CardApproval['pullRequest']>['details']>['checks'];

/** The checks of the commit: how many of each, and those to look at by their names. */
export function Checks({ checks }: { checks: ChecksOf }): ReactNode {
  const counts = describeCounts(checks);
  const unread = describeUnread(checks);
  return (
    <div className={css.checks}>
      <span className={css.marks}>
        <ChecksMark state={checks.state} />
        {counts !== '' && <span className="numbers">{counts}</span>}
      </span>
      {unread !== '' && (
        <span className="muted">
          <Text>{unread}</Text>
        </span>
      )}
      {checks.named.length > 0 && (
        <ul className={css.plainList}>
          {checks.named.map((check) => (
            <li key={check.name}>
              <Name name={check.name} url={check.url} /> <span className="muted">{describeCheck(check)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Name({ name, url }: { name: string; url: string | null }): ReactNode {
  const href = url === null ? undefined : toWebLink(url);
  if (href === undefined) return <Text>{name}</Text>;
  return (
    <a href={href} rel="noreferrer">
      <Text>{name}</Text>
    </a>
  );
}
