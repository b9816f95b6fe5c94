import type { ReactNode } from 'react';
import { signInPath } from '../data/base.ts';
import { useAsk } from '../data/useAsk.ts';
import { PageViewerDocument } from '../generated/graphql.ts';
import { Text } from '../parts/Text.tsx';
import { shellTexts } from '../texts/shell.ts';
import css from './Header.module.css';

/** Who is signed in, leading to where one signs out; else the way to sign in. */
export function Who(): ReactNode {
  const { data } = useAsk(PageViewerDocument, {});
  const viewer = data?.viewer;
  const isKnown = viewer !== undefined && viewer.kind !== 'ANONYMOUS';
  return (
    <a
      className={css.who}
      href={signInPath()}
      title={isKnown ? shellTexts.you(viewer.id) : undefined}
      onClick={(event) => {
        // Where the page is when the link is followed, not when it was drawn.
        event.currentTarget.href = signInPath();
      }}
    >
      {isKnown ? <Text>{viewer.id}</Text> : shellTexts.signIn}
    </a>
  );
}
