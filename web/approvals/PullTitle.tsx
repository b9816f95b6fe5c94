import type { ReactNode } from 'react';
import type { InboxRowFragment } from '../generated/graphql.ts';
import { Text } from '../parts/Text.tsx';

/** The title and the name of a pull request as text; nothing where there is none. */
export function PullTitle({ row: { pullRequest } }: { row: InboxRowFragment }): ReactNode {
  if (pullRequest === null) return null;
  const { owner, repo, number, details } = pullRequest;
  return (
    <span>
      {details !== null && (
        <>
          <Text>{details.title}</Text>{' '}
        </>
      )}
      <span className="muted">
        <Text>{`${owner}/${repo}#${number}`}</Text>
      </span>
    </span>
  );
}
