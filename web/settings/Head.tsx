import type { ReactNode } from 'react';
import { useTitle } from '../shell/useTitle.ts';
import { settingsTexts } from '../texts/settings.ts';
import css from './settings.module.css';

/** The heading of a view of the settings, which names the window as well; `children` stand beside it. */
export function Head({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  useTitle(settingsTexts.titleOf(title));
  return (
    <div className={css.head}>
      <h1>{title}</h1>
      <div className={css.buttons}>{children}</div>
    </div>
  );
}
