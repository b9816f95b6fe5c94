import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { ScrollRestoration } from 'react-router';
import { useShared } from '../data/shared.ts';
import { announcement } from '../parts/announce.ts';
import { Loading } from '../parts/states/Loading.tsx';
import { shellTexts } from '../texts/shell.ts';
import { Header } from './Header.tsx';
import { listenToKeys } from './keys.ts';
import css from './Layout.module.css';
import { Notices } from './Notices.tsx';
import { useWindowTitle } from './useTitle.ts';

const HelpDialog = lazy(() => import('./HelpDialog.tsx'));

/** What stands around every view. */
export function Layout({ children }: { children: ReactNode }): ReactNode {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const waiting = useWindowTitle();
  useEffect(() => listenToKeys({ showHelp: () => setHelpOpen(true) }), []);
  return (
    <>
      <a className={css.skip} href="#main">
        {shellTexts.skip}
      </a>
      <Header waiting={waiting} onHelp={() => setHelpOpen(true)} />
      <Notices />
      <main id="main" className={css.main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </main>
      <Announcer />
      {isHelpOpen && (
        <Suspense>
          <HelpDialog onClose={() => setHelpOpen(false)} />
        </Suspense>
      )}
      <ScrollRestoration />
    </>
  );
}

function Announcer(): ReactNode {
  return (
    <div className="hidden" role="status">
      {useShared(announcement)}
    </div>
  );
}
