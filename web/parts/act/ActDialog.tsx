import { lazy, type ReactNode, Suspense } from 'react';
import type { ActDialogProps } from './actDialogProps.ts';

const ActDialogBox = lazy(() => import('./ActDialogBox.tsx'));

/** Asks before something is done, which is done in the dialog: it stays open with the reason where that was refused. */
export function ActDialog(props: ActDialogProps): ReactNode {
  return (
    <Suspense>
      <ActDialogBox {...props} />
    </Suspense>
  );
}
