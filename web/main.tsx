import './tokens.css';
import './base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './data/queryClient.ts';
import { checkViewer, startRecheck } from './data/recheck.ts';
import { onLive, startLive, tellHere } from './live/live.ts';
import { createRouter } from './routes.tsx';

startRecheck(() => tellHere({ type: 'gap' }));
// The server ends a stream with the sign-in that it began with.
onLive(({ type }) => type === 'gap' && void checkViewer().catch(() => undefined));
startLive();

const root = document.getElementById('root');
if (root === null) throw new Error('The document has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={createRouter()} />
    </QueryClientProvider>
  </StrictMode>,
);
