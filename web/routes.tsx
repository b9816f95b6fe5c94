import { NuqsAdapter } from 'nuqs/adapters/react-router/v8';
import type { ReactNode } from 'react';
import { createBrowserRouter, Outlet } from 'react-router';
import { basePath } from './data/base.ts';
import { Broken } from './shell/Broken.tsx';
import { Layout } from './shell/Layout.tsx';
import { NotFound } from './shell/NotFound.tsx';

/** The views by their paths. Each is loaded when it is opened: its module gives `Component`. */
export function createRouter() {
  return createBrowserRouter(
    [
      {
        element: <Frame />,
        errorElement: <Broken />,
        HydrateFallback: Opening,
        children: [
          {
            errorElement: <Broken />,
            children: [
              { path: '/', lazy: () => import('./tonight/TonightView.tsx') },
              { path: '/tasks', lazy: () => import('./tasks/TaskListView.tsx') },
              { path: '/tasks/:id', lazy: () => import('./tasks/TaskView.tsx') },
              { path: '/runs', lazy: () => import('./runs/RunListView.tsx') },
              { path: '/runs/:runId', lazy: () => import('./runs/RunView.tsx') },
              { path: '/approvals/:task?', lazy: () => import('./approvals/ApprovalsView.tsx') },
              { path: '/trends', lazy: () => import('./trends/TrendsView.tsx') },
              {
                path: '/settings',
                lazy: () => import('./settings/SettingsView.tsx'),
                children: [
                  { index: true, lazy: () => import('./settings/you/YouView.tsx') },
                  { path: 'sessions', lazy: () => import('./settings/you/SessionsView.tsx') },
                  { path: 'keys', lazy: () => import('./settings/keys/KeysView.tsx') },
                  { path: 'plans', lazy: () => import('./plans/PlansView.tsx') },
                  { path: 'workers', lazy: () => import('./settings/server/WorkersView.tsx') },
                  { path: 'people', lazy: () => import('./settings/people/PeopleView.tsx') },
                  { path: 'channels', lazy: () => import('./settings/channels/ChannelsView.tsx') },
                  { path: 'record', lazy: () => import('./settings/record/RecordView.tsx') },
                  { path: 'server', lazy: () => import('./settings/server/ServerView.tsx') },
                  { path: '*', element: <NotFound /> },
                ],
              },
              { path: '/plans/*', lazy: () => import('./plans/PlanView.tsx') },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
    { basename: basePath },
  );
}

/** Stands until the code of the first view is there. */
function Opening(): ReactNode {
  return null;
}

/** The state of filters in the address belongs inside of the router. */
function Frame(): ReactNode {
  return (
    <NuqsAdapter>
      <Layout>
        <Outlet />
      </Layout>
    </NuqsAdapter>
  );
}
