import type { ReactNode } from 'react';
import { signInPath } from '../data/base.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { settingsTexts } from '../texts/settings.ts';

/** Says that something is for those who are signed in, with the way to do so. */
export function SignInFirst({
  title = settingsTexts.signedOut.title,
  text = settingsTexts.signedOut.text,
}: {
  title?: string;
  text?: string;
}): ReactNode {
  return (
    <Empty title={title} text={text}>
      <a className="button primary" href={signInPath()}>
        {settingsTexts.signIn}
      </a>
    </Empty>
  );
}
