import { Fragment, type ReactNode } from 'react';
import { Link } from 'react-router';
import { toWebLink } from '../../../contract/urls/webLink.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { OutputLink, Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { approvalTexts, cardTexts } from '../../texts/approvals.ts';
import { CareMark } from '../Mark.tsx';
import css from './Card.module.css';
import type { CardApproval, CardTask } from './card.ts';

const texts = cardTexts.what;

/** What is decided about, and what approving it does. */
export function What({ task, approval }: { task: CardTask; approval: CardApproval }): ReactNode {
  const { pullRequest, consequence, kind } = approval;
  const { plan, project, startedBy } = task.run;
  const { outputsUri, runId } = approval.task;
  const details = pullRequest?.details;
  return (
    <Section title={texts.title}>
      {details && (
        <p className={css.title}>
          <Text>{details.title}</Text>
        </p>
      )}
      <Facts
        facts={[
          [texts.pull, pullRequest && <Pull key="pull" pull={pullRequest} />],
          [
            texts.branches,
            // Each by itself, so that none turns the other around.
            details && (
              <span key="branches">
                <Text>{details.headRef}</Text> {texts.into} <Text>{details.baseRef}</Text>
              </span>
            ),
          ],
          [
            texts.labels,
            details && details.labels.length > 0 && (
              <span key="labels">
                {details.labels.map((label, index) => (
                  <Fragment key={label}>
                    {index > 0 && ', '}
                    <Text>{label}</Text>
                  </Fragment>
                ))}
              </span>
            ),
          ],
          [texts.output, pullRequest === null && outputsUri && <OutputLink key="output" uri={outputsUri} />],
          [
            texts.command,
            kind === 'GATE' && consequence.runs !== null && (
              <code key="runs">
                <Text>{consequence.runs}</Text>
              </code>
            ),
          ],
          [
            texts.run,
            <span key="run">
              <Link to={`/runs/${encodeURIComponent(runId)}`}>
                <Text>{runId}</Text>
              </Link>
              {plan !== null && (
                <span className="muted">
                  {' · '}
                  <Text>{project === null ? plan : `${project}:${plan}`}</Text>
                </span>
              )}
            </span>,
          ],
          [texts.startedBy, startedBy && <Text key="by">{startedBy}</Text>],
          [texts.requested, <Time key="since" at={approval.requestedAt} />],
        ]}
      />
      {pullRequest === null && kind === 'OUTPUT' && task.logExcerpt && (
        <details className={css.log}>
          <summary>{texts.log}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <pre tabIndex={0}>
            <Text>{task.logExcerpt}</Text>
          </pre>
        </details>
      )}
    </Section>
  );
}

function Pull({ pull }: { pull: NonNullable<CardApproval['pullRequest']> }): ReactNode {
  const { host, owner, repo, number, author, details } = pull;
  const name = `${owner}/${repo}#${number}`;
  const href = toWebLink(`https://${host}/${owner}/${repo}/pull/${number}`);
  return (
    <span className={css.marks}>
      {href === undefined ? (
        <Text>{name}</Text>
      ) : (
        <a href={href} rel="noreferrer">
          <Text>{name}</Text>
        </a>
      )}
      {author !== null && (
        <span className="muted">
          <Text>{author}</Text>
        </span>
      )}
      {details?.isDraft && <CareMark text={approvalTexts.draft} />}
      {details?.isFromFork && <CareMark text={approvalTexts.fork} />}
    </span>
  );
}
