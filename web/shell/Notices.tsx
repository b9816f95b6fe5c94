import { type ReactNode, useRef } from 'react';
import { signInPath } from '../data/base.ts';
import { connection, outdated, signedOut } from '../data/connection.ts';
import { useShared } from '../data/shared.ts';
import { useAsk } from '../data/useAsk.ts';
import { PageViewerDocument } from '../generated/graphql.ts';
import { shellTexts } from '../texts/shell.ts';
import css from './Notices.module.css';

const texts = shellTexts.notices;

/** Says above every view what stands in the way of all of them. */
export function Notices(): ReactNode {
  const isLost = useShared(connection) === 'lost';
  const isSignedOut = useShared(signedOut);
  const isOutdated = useShared(outdated);
  const { data } = useAsk(PageViewerDocument, {});
  const wasSignedIn = useRef(false);
  if (data !== undefined && data.viewer.session !== null) wasSignedIn.current = true;
  return (
    <div className={css.notices} role="alert">
      {isLost && <p>{texts.lost}</p>}
      {isSignedOut && wasSignedIn.current && (
        <p>
          {texts.signedOut} <a href={signInPath()}>{texts.signIn}</a>
        </p>
      )}
      {isOutdated && (
        <p>
          {texts.outdated}{' '}
          <button type="button" onClick={() => window.location.reload()}>
            {texts.reload}
          </button>
        </p>
      )}
    </div>
  );
}
