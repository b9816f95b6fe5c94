import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TonightQuery } from '../generated/graphql.ts';
import { Section } from '../parts/Section.tsx';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { tonightTexts } from '../texts/tonight.ts';
import css from './tonight.module.css';

const texts = tonightTexts.waiting;

/** How much waits for approval, and what of it expires next. */
export function Waiting({ waiting }: { waiting: TonightQuery['waiting'] }): ReactNode {
  const [next] = waiting.nodes;
  return (
    <Section title={texts.title}>
      {waiting.totalCount === 0 ? (
        <p className="muted">{texts.none}</p>
      ) : (
        <>
          <p className={css.waiting}>{texts.count(waiting.totalCount)}</p>
          {next?.expiresAt == null ? (
            <p className="muted">{texts.never}</p>
          ) : (
            <p className={css.next}>
              {texts.next}:{' '}
              <Link to={`/approvals/${next.task.databaseId}`}>
                <Text>{next.task.task}</Text>
              </Link>{' '}
              {texts.expires} <Time at={next.expiresAt} />
            </p>
          )}
          <Link className="button primary" to="/approvals">
            {texts.all}
          </Link>
        </>
      )}
    </Section>
  );
}
