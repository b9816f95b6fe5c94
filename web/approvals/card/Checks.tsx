import type { ReactNode } from 'react';
import { toWebLink } from '../../../contract/urls/webLink.ts';
import { Text } from '../../parts/Text.tsx';
import { cardTexts } from '../../texts/approvals.ts';
import { readable } from '../../texts/words.ts';
import { ChecksMark } from '../Mark.tsx';
import css from './Card.module.css';
import type { CardApproval } from './card.ts';

const texts = cardTexts.evidence;

type ChecksOf = NonNullable<NonNullable<CardApproval['pullRequest']>['details']>['checks'];

/** The checks of the commit: how many of each, and those to look at by their names. */
export function Checks({ checks }: { checks: ChecksOf }): ReactNode {
  const counts = (['passed', 'failed', 'running', 'skipped'] as const)
    .filter((kind) => (checks[kind] ?? 0) > 0)
    .map((kind) => `${checks[kind]} ${texts.count[kind]}`);
  return (
    <div className={css.checks}>
      <span className={css.marks}>
        <ChecksMark state={checks.state} />
        {counts.length > 0 && <span className="numbers">{counts.join(', ')}</span>}
      </span>
      {checks.problem !== null && (
        <span className="muted">
          <Text>
            {checks.state === 'UNAVAILABLE' ? `${texts.unavailable} ${checks.problem}` : checks.problem}
          </Text>
        </span>
      )}
      {checks.problem === null && !checks.isComplete && <span className="muted">{texts.incomplete}</span>}
      {checks.named.length > 0 && (
        <ul className={css.plainList}>
          {checks.named.map(({ name, state, isRequired, url }) => (
            <li key={name}>
              <Name name={name} url={url} />{' '}
              <span className="muted">
                {readable(state)}
                {isRequired && `, ${texts.required}`}
              </span>
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
