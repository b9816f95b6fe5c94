import { type ReactNode, Suspense } from 'react';
import { NavLink, Outlet } from 'react-router';
import { mayDo, useViewer } from '../data/useViewer.ts';
import { Loading } from '../parts/states/Loading.tsx';
import { settingsTexts as texts } from '../texts/settings.ts';
import css from './settings.module.css';

const { views } = texts;

/** `/settings`: the way to each of its views, and the one that is open. */
export function Component(): ReactNode {
  const viewer = useViewer();
  const links = [
    ['.', views.you],
    ['sessions', views.sessions],
    ['keys', views.keys],
    ['plans', views.plans],
    ['workers', views.workers],
    ...(mayDo(viewer, 'ADMIN')
      ? ([
          ['people', views.people],
          ['channels', views.channels],
        ] as const)
      : []),
    ['record', views.record],
    ['server', views.server],
  ] as const;
  return (
    <div className={css.frame}>
      <nav className={css.nav} aria-label={texts.nav}>
        <ul>
          {links.map(([path, name]) => (
            <li key={path}>
              <NavLink to={path} end={path === '.'}>
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className={css.view}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
