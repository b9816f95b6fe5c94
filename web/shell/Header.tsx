import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { basePath } from '../data/base.ts';
import { useShared } from '../data/shared.ts';
import { shellTexts } from '../texts/shell.ts';
import css from './Header.module.css';
import { lastSearch } from './lastSearch.ts';
import { ThemeSelect } from './ThemeSelect.tsx';
import { Who } from './Who.tsx';
import { ZoneSelect } from './ZoneSelect.tsx';

const views = [
  ['/', shellTexts.views.tonight],
  ['/tasks', shellTexts.views.tasks],
  ['/runs', shellTexts.views.runs],
  ['/approvals', shellTexts.views.approvals],
  ['/trends', shellTexts.views.trends],
  ['/settings', shellTexts.views.settings],
] as const;

/** The views, and what holds for all of them: zone, theme, help, who is signed in. */
export function Header({ waiting, onHelp }: { waiting: number; onHelp: () => void }): ReactNode {
  const searches = useShared(lastSearch);
  return (
    <header className={css.header}>
      <div className={css.inner}>
        <span className={css.brand}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M18 15.2A7.4 7.4 0 0 1 9.2 5.4a7.4 7.4 0 1 0 9.7 9.6z" />
          </svg>
          {shellTexts.product}
        </span>
        <nav className={css.nav} aria-label={shellTexts.nav}>
          <ul>
            {views.map(([path, name]) => (
              <li key={path}>
                <NavLink to={{ pathname: path, search: searches.get(path) ?? '' }} end={path === '/'}>
                  {name}
                  {path === '/approvals' && waiting > 0 && (
                    <span className={css.count} title={shellTexts.waiting(waiting)}>
                      <span aria-hidden="true">{waiting > 99 ? '99+' : waiting}</span>
                      <span className="hidden">{`, ${shellTexts.waiting(waiting)}`}</span>
                    </span>
                  )}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className={css.tools}>
          <ZoneSelect />
          <ThemeSelect />
          <button type="button" className="plain" onClick={onHelp} title={shellTexts.help}>
            <span aria-hidden="true">?</span>
            <span className="hidden">{shellTexts.help}</span>
          </button>
          <a className={css.other} href={`${basePath}graphql`}>
            {shellTexts.footer.graphiql}
          </a>
          <a className={css.other} href={`${basePath}docs`}>
            {shellTexts.footer.docs}
          </a>
          <Who />
        </div>
      </div>
    </header>
  );
}
